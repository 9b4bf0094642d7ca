package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.ProcessMeter;
import dev.tinyserv.scenario.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An app that prints a gigabyte a minute, a line of 100 MB, and a reader of the log that stalls. */
class Fault11LogFloodScenario {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** A client that answers no heartbeat for 90 s is taken for gone: a reader is halted for less, however long it floods. */
    private static final Duration HALT = Duration.ofSeconds(60);

    private static final long MB = 1 << 20;
    private static final long CAP = 2 * MB;
    private static final long MORE_MEMORY = 50 * MB;
    private static final int LOOKS = 5;

    /** What a folder itself takes, at most. */
    private static final long FOLDER = 4096;

    /** Fifty lines a megabyte; 1.7 MB ten times a second are a gigabyte a minute. */
    private static final String FLOOD = "worker: i=0; while [ $i -lt %d ]; do"
            + " yes 'a line that nobody will ever read, again and again' | head -c 1700000; sleep 0.09; i=$((i+1));"
            + " done; echo the-end; exec sleep 3600\n";

    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of("TINYSERV_LOG_SIZE", "2m"));

    /** What was the most during a flood. */
    private static final class Most {
        private long timeline;
        private long disk;
        private long memory;

        void look(App app, ProcessMeter agent) {
            Path root = STAGE.server().root();
            Path log = root.resolve("logs").resolve(app.name());
            timeline = Math.max(timeline, halted(() -> bytes(log, "--apparent-size")) - FOLDER);
            disk = Math.max(disk, bytes(log) + bytes(root.resolve("run/output")));
            memory = Math.max(memory, agent.memory());
        }
    }

    @Test
    void aFloodWithAReaderThatStallsStaysBoundedAndWhatIsDroppedIsCounted() {
        int rounds = (int) Campaign.time(Duration.ofSeconds(8), Duration.ofSeconds(70))
                        .toMillis()
                / 100;
        FaultRun run = FaultRun.of(11, "flood of log lines, " + rounds * 17 / 10 + " MB");
        App app = STAGE.developer().files(STAGE.newName("flood"), Map.of("Procfile", FLOOD.formatted(rounds)));
        warmUp();
        ProcessMeter agent = new ProcessMeter(STAGE.server().agentPid());
        long before = agent.memory();
        Most most = new Most();
        app.deploy();
        try (Running reader = app.developer().startSsh("logs", "-t", "-a", app.name())) {
            Eventually.until("it reads", () -> reader.hasPrinted("nobody will ever read"));
            Pids.signal("STOP", reader.pid());
            long halted = System.nanoTime();
            Eventually.until("the flood is over", SOON.plusMillis(200L * rounds), () -> {
                for (int i = 0; i < LOOKS; i++) {
                    most.look(app, agent);
                }
                if (System.nanoTime() - halted > HALT.toNanos()) {
                    Pids.signal("CONT", reader.pid());
                }
                return tail(app).contains("the-end");
            });
            Pids.signal("CONT", reader.pid());
            Eventually.until(
                    "the reader learns what it missed",
                    () -> reader.hasPrinted("bytes of log were rotated away while this reader was slow"),
                    () -> "the reader " + (reader.isAlive() ? "runs" : "has ended") + ", printed "
                            + reader.out().length() + " characters, and " + reader.err() + "\n" + tail(app));
        }

        assertThat(most.timeline).as("the log").isLessThanOrEqualTo(CAP);
        assertThat(most.memory - before).as("memory of the agent").isLessThan(MORE_MEMORY);
        assertThat(most.disk).as("log and uncollected output on the disk").isLessThan(3 * CAP + 16 * MB);
        run.injected(rounds);
        run.finish(rounds, 0);
    }

    @Test
    void aBurstThatIsLargerThanTheLogIsDroppedAndTheDropIsShown() {
        App app = STAGE.developer()
                .files(
                        STAGE.newName("burst"),
                        Map.of(
                                "Procfile",
                                "worker: sleep 1; yes burst | head -c 300000000; echo the-end; exec sleep 3600\n"));
        app.deploy();

        Eventually.until(
                "what was dropped is shown",
                () -> app.verb("logs", "-n", "20000")
                        .out()
                        .matches("(?s).*tinyserv\\[log\\]: dropped \\d+ bytes of worker\\.1's output.*"));
    }

    @Test
    void aLineOf100MegabytesCostsTheAgentNoMemory() {
        FaultRun run = FaultRun.of(11, "line of 100 MB");
        App app = STAGE.developer()
                .files(
                        STAGE.newName("line"),
                        Map.of(
                                "Procfile",
                                "worker: sleep 1; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo the-end; exec"
                                        + " sleep 3600\n"));
        warmUp();
        ProcessMeter agent = new ProcessMeter(STAGE.server().agentPid());
        long before = agent.memory();
        app.deploy();
        Most most = new Most();

        Eventually.until("its end is read", () -> {
            most.look(app, agent);
            return tail(app).contains("the-end");
        });

        assertThat(most.timeline).isLessThanOrEqualTo(CAP);
        assertThat(most.memory - before).as("memory of the agent").isLessThan(MORE_MEMORY);
        run.injected();
        run.finish(1, 0);
    }

    /** What an agent takes for its first deploys is not the flood's. */
    private static void warmUp() {
        STAGE.probe().verb("logs", "-n", "10").mustSucceed();
    }

    private static String tail(App app) {
        return app.verb("logs", "-n", "5").out();
    }

    /** With the agent halted: du would count the oldest file, and then what the newest grew by after that was deleted. */
    private static long halted(LongSupplier look) {
        long agent = STAGE.server().agentPid();
        Pids.signal("STOP", agent);
        try {
            Eventually.until("the agent stands still", () -> Pids.isStopped(agent));
            return look.getAsLong();
        } finally {
            Pids.signal("CONT", agent);
        }
    }

    /** By du, which does not mind that files come and go. */
    private static long bytes(Path folder, String... options) {
        List<String> line = new ArrayList<>(List.of("du", "-s", "-B1"));
        line.addAll(List.of(options));
        line.add(folder.toString());
        String out = STAGE.server().shell().run(line).out();
        return out.isEmpty() ? 0 : Long.parseLong(out.split("\t", -1)[0]);
    }
}
