package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a stranger may have chosen stands within its line of the log, whatever it holds. */
class OwnLogTest {
    private static final String HOSTILE =
            "\u001b[2J\r\n2026-11-20T10:00:12.123Z ERROR Forged all is lost\n\tat forged\u009b";

    @TempDir
    private Path folder;

    private List<String> lines;

    /** Logs hostile text wherever a message can stand, in its own process. */
    static final class Hostile {
        private Hostile() {}

        public static void main(String[] arguments) {
            Logger log = LoggerFactory.getLogger(Hostile.class);
            log.error("message {}", HOSTILE);
            IllegalStateException thrown =
                    new IllegalStateException("thrown " + HOSTILE, new IOException("cause " + HOSTILE));
            thrown.addSuppressed(new IOException("suppressed " + HOSTILE));
            log.error("with exception", thrown);
            log.error("without message", new IOException());
        }
    }

    @BeforeEach
    void log() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dtinyserv.log=" + folder.resolve("agent.log"),
                        Hostile.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        lines = Files.readAllLines(folder.resolve("agent.log"));
    }

    @Test
    void noTextForgesALine() {
        assertThat(lines)
                .filteredOn(line -> line.matches("[0-9].*"))
                .hasSize(3)
                .allMatch(line -> line.contains(" ERROR OwnLogTest$Hostile ") || line.contains(" ERROR Hostile "));
        assertThat(lines).noneMatch(line -> line.startsWith("\tat forged"));
        assertThat(String.join("", lines).chars()).noneMatch(c -> (c < ' ' && c != '\t') || (c >= 0x7f && c < 0xa0));
    }

    @Test
    void anExceptionIsToldWithItsCauseAndWhereItWasThrown() {
        assertThat(lines)
                .anyMatch(line -> line.startsWith("java.lang.IllegalStateException: thrown "))
                .anyMatch(line -> line.startsWith("Caused by: java.io.IOException: cause "))
                .anyMatch(line -> line.startsWith("\tSuppressed: java.io.IOException: suppressed "))
                .anyMatch(line -> line.equals("java.io.IOException"))
                .anyMatch(line -> line.startsWith("\tat ") && line.contains("OwnLogTest$Hostile.main"));
    }
}
