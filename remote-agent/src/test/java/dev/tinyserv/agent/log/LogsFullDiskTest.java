package dev.tinyserv.agent.log;

import static dev.tinyserv.agent.log.LogsFixture.APP;
import static dev.tinyserv.agent.log.LogsFixture.await;
import static dev.tinyserv.agent.log.LogsFixture.messages;
import static dev.tinyserv.agent.log.LogsFixture.runToEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of 1 MB, mounted for the test; skipped where that needs rights that we lack. */
class LogsFullDiskTest {
    @TempDir
    Path root;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(root.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
        assumeTrue(mounted, "mount needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Path filler() throws Exception {
        Path filler = disk.resolve("filler");
        run("dd", "if=/dev/zero", "of=" + filler, "bs=4096");
        return filler;
    }

    @Test
    void linesThatFoundNoSpaceAreCountedAndNoneIsTorn() throws Exception {
        Files.createDirectory(disk.resolve("logs"));
        Files.createSymbolicLink(root.resolve("logs"), disk.resolve("logs"));
        LogsFixture fixture = new LogsFixture(root);
        try (Logs logs = fixture.open()) {
            Path raw = logs.collect(APP, "web.1", "id1");
            runToEnd(raw, "echo before");
            await("the line", () -> messages(logs).equals(List.of("before")));
            Path filler = filler();
            runToEnd(raw, "seq 1 2000");
            assertThat(logs.lastLines("id1", 1)).containsExactly("2000");
            Files.delete(filler);
            runToEnd(raw, "echo after");
            await("the last line", () -> messages(logs).contains("after"));
            assertThat(messages(logs))
                    .hasSizeLessThan(2003)
                    .anyMatch(message -> message.matches("\\d+ lines were dropped here: No space left on device"));
            assertThat(fixture.stored()).allMatch(line -> LogLine.parse(line).isPresent());
        }
    }

    @Test
    void aCursorIsKeptOnAFullDisk() throws Exception {
        Path file = disk.resolve("id1.cursor");
        new Cursor(APP, "web.1", 1, false).write(file);
        filler();
        new Cursor(APP, "web.1", 123_456, true).write(file);
        assertThat(Cursor.read(file)).contains(new Cursor(APP, "web.1", 123_456, true));
    }
}
