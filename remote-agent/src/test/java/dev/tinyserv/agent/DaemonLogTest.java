package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent that fails without end writes stays bounded, in its log and in what its keeper collects. */
@Tag("slow")
class DaemonLogTest {
    private static final long BOUND = 15L * 1024 * 1024;
    /** Minutes that only a process takes which hangs. */
    private static final long HANGS = 5;

    private static final long SLACK = 5L * 1024 * 1024;

    @TempDir
    private Path folder;

    /** Logs 60 MB in its own process. */
    static final class Flood {
        private Flood() {}

        public static void main(String[] arguments) {
            Logger log = LoggerFactory.getLogger(Flood.class);
            String line = "x".repeat(1000);
            for (int i = 0; i < 60_000; i++) {
                log.error("{} {}", i, line);
            }
        }
    }

    private long size(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long sum = 0;
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(prefix))
                    .toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    @Test
    void theLogTakesNoMoreThanItsShare() throws Exception {
        Process flood = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dtinyserv.log=" + folder.resolve("agent.log"),
                        Flood.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();

        assertThat(flood.waitFor(HANGS, TimeUnit.MINUTES)).isTrue();
        assertThat(flood.exitValue()).isZero();

        assertThat(Files.readString(folder.resolve("out"))).isEmpty();
        assertThat(size("agent.log")).isBetween(5L * 1024 * 1024, BOUND + SLACK);
    }

    @Test
    void whatTheKeeperCollectsBeginsAnewWhenItIsLarge() throws Exception {
        Path out = folder.resolve("agent.out");
        Files.writeString(out, "y".repeat(1024 * 1024 + 1));
        Process keeper = new ProcessBuilder("sh", "src/main/dist/libexec/keep", "echo", "said")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .start();

        assertThat(keeper.waitFor(HANGS, TimeUnit.MINUTES)).isTrue();

        assertThat(Files.readAllLines(out, StandardCharsets.UTF_8)).isEqualTo(List.of("said"));
    }
}
