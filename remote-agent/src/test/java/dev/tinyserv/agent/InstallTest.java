package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Shell;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallTest {
    @TempDir
    Path root;

    @Test
    void theLineOfTheCrontabStartsADistributionInAnyFolder() throws Exception {
        assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "systemd needs no crontab");
        Path home = root.resolve("ada's 100% folder");
        Path launcher = Files.createDirectories(home.resolve("bin")).resolve("tinyserv-remote");
        Files.writeString(launcher, "#!/bin/sh\necho \"$1 $TINYSERV_ROOT\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        new Install(
                        new Installation(home, new Layout(root)),
                        Map.of("TINYSERV_ROOT", root.toString()),
                        new PrintStream(said, true, StandardCharsets.UTF_8))
                .run(List.of("--dry-run"));

        String line = said.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(each -> each.startsWith("@reboot "))
                .findFirst()
                .orElseThrow();
        assertThat(asCronRunsIt(line).mustSucceed().out()).isEqualTo("startup " + root + "\n");
    }

    /** Of what stands behind the time, crontab(5) ends the command at a percent sign that has no backslash before it. */
    private Result asCronRunsIt(String line) {
        String command =
                line.substring("@reboot ".length()).split("(?<!\\\\)%", 2)[0].replace("\\%", "%");
        return new Shell(root, Map.of("PATH", "/usr/bin:/bin"), List.of(), root).run("sh", "-c", command);
    }
}
