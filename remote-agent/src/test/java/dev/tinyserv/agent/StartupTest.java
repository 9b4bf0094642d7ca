package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class StartupTest {
    @TempDir
    Path folder;

    @Test
    void anAgentThatDidNotStartAndDoesNotEndIsKilled() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Layout layout = new Layout(Files.createDirectories(folder.resolve("root")));
        Path pid = folder.resolve("pid");
        Files.createDirectories(home.resolve("libexec"));
        Files.copy(Path.of("src/main/dist/libexec/keep"), home.resolve("libexec/keep"));
        Path launcher = Files.createDirectories(home.resolve("bin")).resolve("tinyserv-remote");
        Files.writeString(
                launcher, """
                #!/bin/sh
                export TINYSERV_ROOT=@root
                exec sh -c 'trap "" TERM; echo $$ >@pid; echo " !     it hangs" >&2; while :; do sleep 1; done' sh \\
                    dev.tinyserv.agent.Main "$@"
                """.replace("@root", layout.root().toString()).replace("@pid", pid.toString()));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        Installation installation = new Installation(home, layout);
        installation.createFolders();
        Startup startup = new Startup(installation, new PrintStream(PrintStream.nullOutputStream()));

        assertThatThrownBy(startup::startAgent)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the agent did not start: it hangs");

        long agent = Long.parseLong(Files.readString(pid).strip());
        Eventually.until("the agent is gone", () -> ProcessIdentity.of(agent).isEmpty());
    }
}
