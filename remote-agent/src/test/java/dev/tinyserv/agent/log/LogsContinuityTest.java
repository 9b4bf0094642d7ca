package dev.tinyserv.agent.log;

import static dev.tinyserv.agent.log.LogsFixture.APP;
import static dev.tinyserv.agent.log.LogsFixture.await;
import static dev.tinyserv.agent.log.LogsFixture.messages;
import static dev.tinyserv.agent.log.LogsFixture.print;
import static dev.tinyserv.agent.log.LogsFixture.runToEnd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.config.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents come and go while a process prints on. */
@Tag("slow")
class LogsContinuityTest {
    private static final long LARGE = 64 << 20;
    private static final int LINES = 200_000;
    private static final String COUNT =
            "i=0; while [ $i -lt 200 ]; do seq $((i*1000+1)) $((i*1000+1000)); sleep 0.015; i=$((i+1)); done";

    @TempDir
    Path root;

    @Test
    void noLineIsLostOrDoubledWhenAgentsTakeTurns() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        Logs logs = fixture.open(LARGE);
        Process printing = print(logs.collect(APP, "web.1", "id1"), COUNT);
        try {
            while (printing.isAlive()) {
                long before = fixture.settledBytes();
                await("a few lines", () -> fixture.settledBytes() > before || !printing.isAlive());
                logs.close();
                logs = fixture.open(LARGE);
                logs.collect(APP, "web.1", "id1");
            }
            logs.finish("id1");
            List<Integer> numbers = fixture.stored()
                    .map(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                    .toList();
            assertThat(numbers).hasSize(LINES);
            for (int i = 0; i < LINES; i++) {
                assertThat(numbers.get(i)).isEqualTo(i + 1);
            }
        } finally {
            logs.close();
            printing.destroyForcibly().waitFor();
        }
    }

    @Test
    void noLineIsLostWhenAgentsAreKilled() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        Path raw = new Layout(root).output().resolve("id1.log");
        Files.createDirectories(raw.getParent());
        Process printing = print(raw, COUNT);
        try {
            for (int round = 0; round < 3; round++) {
                Process agent = startAgent();
                long before = fixture.settledBytes();
                try {
                    await(
                            "a few lines",
                            () -> Files.isDirectory(fixture.layout.logs(APP))
                                    && (fixture.settledBytes() > before || !printing.isAlive()));
                } finally {
                    agent.destroyForcibly().waitFor();
                }
            }
            assertThat(printing.waitFor()).isZero();
            try (Logs logs = fixture.open(LARGE)) {
                logs.collect(APP, "web.1", "id1");
                logs.finish("id1");
            }
            BitSet seen = new BitSet();
            fixture.stored()
                    .flatMap(line ->
                            LogLine.parse(line).stream()) // the line of the kill may be torn, then it comes again
                    .filter(line -> line.message().matches("\\d+|\\(late\\) \\d+"))
                    .forEach(line -> seen.set(Integer.parseInt(line.message().replace("(late) ", ""))));
            assertThat(seen.cardinality()).isEqualTo(LINES);
            assertThat(seen.length()).isEqualTo(LINES + 1);
        } finally {
            printing.destroyForcibly().waitFor();
        }
    }

    private Process startAgent() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledAgent.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Collects until it is killed. */
    static final class KilledAgent {
        private KilledAgent() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (Logs logs =
                    new Logs(new Layout(Path.of(arguments[0])), LARGE, Clock.systemUTC(), new HolePunch("fallocate"))) {
                logs.collect(APP, "web.1", "id1");
                Thread.currentThread().join();
            }
        }
    }

    @Test
    void whatWasPrintedWithoutAnAgentIsMarkedLate() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        Path raw;
        try (Logs logs = fixture.open()) {
            raw = logs.collect(APP, "web.1", "id1");
            runToEnd(raw, "echo early; printf 'half '");
        }
        runToEnd(raw, "echo a line; echo alone; printf 'begun '");
        try (Logs logs = fixture.open()) {
            logs.collect(APP, "web.1", "id1");
            await("what was missed", () -> messages(logs).size() == 3);
            runToEnd(raw, "echo and ended; echo fresh");
            await("what is new", () -> messages(logs).size() == 5);
            assertThat(messages(logs))
                    .containsExactly("early", "(late) half a line", "(late) alone", "(late) begun and ended", "fresh");
            assertThat(logs.lastLines("id1", 5)).startsWith("half a line");
        }
    }

    @Test
    void outputThatNobodyClaimsIsFinished() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        Path raw;
        try (Logs logs = fixture.open()) {
            raw = logs.collect(APP, "release.1", "id1");
            logs.collect(APP, "web.1", "id2");
        }
        runToEnd(raw, "printf 'last words'");
        try (Logs logs = fixture.open()) {
            Path claimed = logs.collect(APP, "web.1", "id2");
            runToEnd(claimed, "echo alive");
            logs.finishUnclaimed();
            assertThat(raw).doesNotExist();
            assertThat(claimed).exists();
            assertThat(logs.tail(APP, 5, new LogFilter("app", "release")))
                    .extracting(LogLine::message)
                    .containsExactly("(late) last words");
        }
    }

    @Test
    void aDamagedCursorCostsDoubledLinesAndNoneIsLost() throws Exception {
        LogsFixture fixture = new LogsFixture(root);
        Path raw;
        try (Logs logs = fixture.open()) {
            raw = logs.collect(APP, "web.1", "id1");
            runToEnd(raw, "echo one");
        }
        for (String damage : List.of("", "1 x y z\n", "1 000000000000999999 0 shop web.1\n", "\0".repeat(9000))) {
            Files.writeString(raw.resolveSibling("id1.cursor"), damage);
            try (Logs logs = fixture.open()) {
                logs.collect(APP, "web.1", "id1");
                await("the line again", () -> logs.lastLines("id1", 1).equals(List.of("one")));
            }
        }
    }
}
