package dev.tinyserv.agent.log;

import static dev.tinyserv.agent.log.LogsFixture.APP;
import static dev.tinyserv.agent.log.LogsFixture.await;
import static dev.tinyserv.agent.log.LogsFixture.messages;
import static dev.tinyserv.agent.log.LogsFixture.print;
import static dev.tinyserv.agent.log.LogsFixture.runToEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsFollowTest {
    @TempDir
    Path root;

    private final Cancellation cancellation = new Cancellation();
    private LogsFixture fixture;
    private Logs logs;
    private Path raw;

    /** Somebody who reads in a thread of his own. */
    private final class Reader implements LineSink {
        final List<String> lines = new CopyOnWriteArrayList<>();
        final Thread thread;

        Reader(int count, LogFilter filter) {
            thread = new Thread(() -> logs.follow(APP, count, filter, this, cancellation), "reader");
            thread.start();
        }

        @Override
        public void line(String line) throws IOException {
            lines.add(LogLine.parse(line).orElseThrow().message());
        }

        boolean ended() {
            return !thread.isAlive();
        }
    }

    @BeforeEach
    void open() {
        open(LogsFixture.DEFAULT_LIMIT);
    }

    private void open(long limit) {
        fixture = new LogsFixture(root);
        logs = fixture.open(limit);
        raw = logs.collect(APP, "web.1", "id1");
    }

    @AfterEach
    void close() {
        cancellation.cancel("the test is over");
        logs.close();
    }

    @Test
    void showsTheLastLinesAndThenEachNewOneOnce() throws Exception {
        Process printing = print(raw, "i=0; while [ $i -lt 400 ]; do seq $((i*50+1)) $((i*50+50)); i=$((i+1)); done");
        try {
            await("some lines", () -> messages(logs).size() > 200);
            Reader reader = new Reader(100, LogFilter.ALL);
            printing.waitFor();
            await(
                    "the last line",
                    () -> !reader.lines.isEmpty()
                            && reader.lines.get(reader.lines.size() - 1).equals("20000"));
            int first = Integer.parseInt(reader.lines.get(0));
            assertThat(reader.lines).hasSize(20000 - first + 1);
            for (int i = 0; i < reader.lines.size(); i++) {
                assertThat(reader.lines.get(i)).isEqualTo(Integer.toString(first + i));
            }
        } finally {
            printing.destroyForcibly().waitFor();
        }
    }

    @Test
    void followsAnAppThatHasNoLogYetAndOnlyWhatIsWanted() throws Exception {
        Reader reader = new Reader(10, new LogFilter("tinyserv", null));
        runToEnd(raw, "echo not wanted");
        logs.append(APP, "tinyserv", "run", "wanted");
        await("the line", () -> reader.lines.equals(List.of("wanted")));
        cancellation.cancel("enough");
        await("the end", reader::ended);
    }

    @Test
    void endsWhenTheAppIsForgottenOrTheLogsAreClosed() {
        Reader forgotten = new Reader(10, LogFilter.ALL);
        logs.append(APP, "tinyserv", "run", "one");
        await("the line", () -> forgotten.lines.size() == 1);
        logs.forget(APP);
        await("the end", forgotten::ended);

        Reader closed = new Reader(10, LogFilter.ALL);
        logs.append(APP, "tinyserv", "run", "two");
        await("the line", () -> closed.lines.equals(List.of("two")));
        logs.close();
        await("the end", closed::ended);
    }

    @Test
    void endsWhenNobodyReadsAnyMore() {
        logs.append(APP, "tinyserv", "run", "one");
        await("the line", () -> messages(logs).size() == 1);
        logs.follow(
                APP,
                1,
                LogFilter.ALL,
                line -> {
                    throw new IOException("connection reset");
                },
                cancellation);
    }

    @Test
    void followsAcrossRotationsAndLosesNothingWhileItKeepsUp() throws Exception {
        logs.close();
        open(64 * 1024);
        Reader reader = new Reader(0, LogFilter.ALL);
        for (int i = 0; i < 100; i++) {
            int from = i * 50 + 1;
            runToEnd(raw, "seq " + from + " " + (from + 49));
            await("this round", () -> reader.lines.size() == from + 49);
        }
        assertThat(fixture.layout.logs(APP).resolve("00000001.log")).doesNotExist();
        for (int i = 0; i < 5000; i++) {
            assertThat(reader.lines.get(i)).isEqualTo(Integer.toString(i + 1));
        }
    }

    @Test
    void aStalledReaderHoldsUpNobodyAndIsToldWhatItMissed() throws Exception {
        logs.close();
        open(64 * 1024);
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> slow = new CopyOnWriteArrayList<>();
        Thread slowReader = new Thread(() -> logs.follow(
                APP,
                0,
                LogFilter.ALL,
                line -> {
                    slow.add(LogLine.parse(line).orElseThrow().message());
                    stalled.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                },
                cancellation));
        slowReader.start();
        await("the slow reader", () -> slowReader.getState() == Thread.State.WAITING);
        runToEnd(raw, "echo first");
        stalled.await();
        for (int i = 0; i < 10; i++) {
            runToEnd(raw, "seq 1 500; echo round " + i);
            List<String> last = List.of("round " + i);
            await("the round", () -> logs.lastLines("id1", 1).equals(last));
        }
        goOn.countDown();
        await("the slow reader's last line", () -> slow.contains("round 9"));
        assertThat(slow.get(0)).isEqualTo("first");
        assertThat(slow.get(1)).matches("\\d+ bytes of log were rotated away while this reader was slow");
    }
}
