package dev.tinyserv.agent.run.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shim of a process leaves behind. */
class ShimTest {
    @TempDir
    Path folder;

    @Test
    void itWritesNothingThroughALink() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "somebody else's\n");
        for (String name : List.of("id.pid.tmp", "id.exit.tmp", "output")) {
            Files.createSymbolicLink(folder.resolve(name), victim);
        }
        Files.createSymbolicLink(folder.resolve("new.pid.tmp"), folder.resolve("not-there"));

        assertThat(run("id", "echo hello; exit 7")).isTrue();
        assertThat(run("new", "true")).isTrue();

        assertThat(victim).hasContent("somebody else's\n");
        assertThat(folder.resolve("not-there")).doesNotExist();
        assertThat(folder.resolve("output")).isRegularFile().hasContent("hello\n");
        assertThat(folder.resolve("id.exit")).hasContent("7\n");
        assertThat(folder.resolve("new.exit")).hasContent("0\n");
    }

    @Test
    void itLeavesWhoItWasAndHowItEnded() throws Exception {
        assertThat(run("id", "exit 3")).isTrue();

        assertThat(Files.readString(folder.resolve("id.pid"))).matches("\\d+ \\d+ [0-9a-f-]{36}\n");
        assertThat(folder.resolve("id.exit")).hasContent("3\n");
    }

    private boolean run(String id, String command) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        "/bin/sh",
                        Path.of("src/main/resources/dev/tinyserv/agent/run/runtime/shim.sh")
                                .toAbsolutePath()
                                .toString(),
                        folder.resolve(id).toString(),
                        folder.resolve("output").toString(),
                        command)
                .directory(Files.createDirectories(folder.resolve("app")).toFile())
                .start()
                .waitFor(60, TimeUnit.SECONDS);
    }
}
