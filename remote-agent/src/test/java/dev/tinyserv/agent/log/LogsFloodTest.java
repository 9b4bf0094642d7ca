package dev.tinyserv.agent.log;

import static dev.tinyserv.agent.log.LogsFixture.APP;
import static dev.tinyserv.agent.log.LogsFixture.await;
import static dev.tinyserv.agent.log.LogsFixture.diskBytes;
import static dev.tinyserv.agent.log.LogsFixture.messages;
import static dev.tinyserv.agent.log.LogsFixture.print;
import static dev.tinyserv.agent.log.LogsFixture.runToEnd;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that print more than anybody can want. */
@Tag("slow")
class LogsFloodTest {
    private static final long LIMIT = 1 << 20;

    /**
     * 160 MB in about four seconds: over twice a gigabyte a minute. What is on the disk at its most depends on how long
     * a busy machine keeps the collector waiting, so the flood has a pace. Now and then that pace can be kept up
     * with, and the last note of what was dropped is rotated away. So it ends with a burst that is too fast for anybody,
     * after a pause in which all earlier notes are written.
     */
    private static final String FLOOD =
            "i=0; while [ $i -lt 80 ]; do head -c 2000000 burst; sleep 0.05; i=$((i+1)); done;"
                    + " sleep 1.5; cat burst";

    private static final String BURST =
            "yes 'a line that nobody will ever read, again and again' | head -c 32000000 >burst";

    /** Two seconds of it and the burst, and far less than all of it. */
    private static final long MOST_RAW = 112_000_000;

    @TempDir
    Path root;

    @Test
    void aFloodStaysUnderItsCapAndWhatIsDroppedIsCounted() throws Exception {
        floodsWithin(new HolePunch("fallocate"));
    }

    @Test
    void aFloodStaysUnderItsCapWhereHolesCannotBePunched() throws Exception {
        floodsWithin(new HolePunch("/nowhere/fallocate"));
    }

    private void floodsWithin(HolePunch punch) throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        try (Logs logs = new Logs(fixture.layout, LIMIT, Clock.systemUTC(), punch)) {
            Path raw = logs.collect(APP, "web.1", "id1");
            runToEnd(raw, "cd " + root + "; " + BURST);
            Process flood = print(raw, "cd " + root + "; " + FLOOD);
            long mostRaw = 0;
            long mostStored = 0;
            try {
                while (flood.isAlive()) {
                    mostRaw = Math.max(mostRaw, diskBytes(raw));
                    mostStored = Math.max(mostStored, fixture.storedBytes().orElse(0));
                }
            } finally {
                flood.destroyForcibly().waitFor();
            }
            logs.finish("id1");
            assertThat(mostRaw).isLessThan(MOST_RAW);
            assertThat(mostStored).isBetween(LIMIT / 2, LIMIT);
            assertThat(messages(logs))
                    .anyMatch(message -> message.matches(
                            "dropped \\d+ bytes of web\\.1's output: it printed faster than TINYSERV_LOG_SIZE allows"));
            assertThat(fixture.layout.output()).isEmptyDirectory();
        }
    }

    @Test
    void aLineOf100MegabytesIsTakenInPieces() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        try (Logs logs = fixture.open(256 << 20)) {
            Path raw = logs.collect(APP, "web.1", "id1");
            runToEnd(raw, "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo after");
            logs.finish("id1");
            assertThat(logs.lastLines("id1", 1)).containsExactly("after");
            assertThat(fixture.settledBytes()).isBetween(100_000_000L, 101_000_000L);
            assertThat(logs.tail(APP, 100_000, LogFilter.ALL))
                    .hasSizeLessThan(1000)
                    .last()
                    .extracting(LogLine::message)
                    .isEqualTo("after");
        }
    }

    @Test
    void theRawFileDoesNotGrowOnTheDiskWithWhatWasCollected() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        try (Logs logs = fixture.open(LIMIT)) {
            Path raw = logs.collect(APP, "web.1", "id1");
            for (int i = 1; i <= 40; i++) {
                runToEnd(raw, "seq 100001 150000; echo round " + i);
                List<String> last = List.of("round " + i);
                await("the round", () -> logs.lastLines("id1", 1).equals(last));
            }
            assertThat(raw.toFile().length()).isGreaterThan(10_000_000);
            assertThat(diskBytes(raw)).isLessThan(3 << 20);
            assertThat(messages(logs)).noneMatch(message -> message.startsWith("dropped"));
        }
    }
}
