package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    @TempDir
    Path root;

    @Test
    void aRootThatTakesWritesIsLeftAsItWas() throws IOException {
        Path run = Files.createDirectory(root.resolve("run"));

        new Installation(root, new Layout(root)).requireWritable();

        assertThat(run).isEmptyDirectory();
    }

    @Test
    void aRootThatTakesNoneIsRefused() {
        Installation installation = new Installation(root, new Layout(root));

        assertThatThrownBy(installation::requireWritable)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot write to " + root.resolve("run"))
                .hasMessageContaining("nothing was replaced");
    }

    /** A file in its place stands for a folder that root's tests cannot be kept out of. */
    @Test
    void eachFolderThatAnAgentNeedsIsLookedAt() throws IOException {
        Installation installation = new Installation(root, new Layout(root));
        for (String name : List.of("logs", "run/output", "run/instances", "apps", "host-keys")) {
            installation.createFolders();
            Path folder = root.resolve(name);
            Files.delete(folder);
            Files.createFile(folder);

            assertThatThrownBy(installation::requireWritable)
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("cannot write to " + folder + ": ")
                    .hasMessageContaining("nothing was replaced");

            Files.delete(folder);
        }
    }

    @Test
    void whyAFolderCannotBeMadeIsToldOnce() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        Path inTheWay = Files.createFile(root.resolve("apps"));

        assertThatThrownBy(() -> new Installation(root, new Layout(root)).createFolders())
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("cannot create " + inTheWay + ": File exists; create TINYSERV_ROOT=" + root);
        Path below = file.resolve("root");
        assertThatThrownBy(() -> new Installation(root, new Layout(below)).createFolders())
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("cannot create " + below + ": Not a directory; create TINYSERV_ROOT=" + below);
    }

    @Test
    void whoCannotWriteTheAgentsOutputReadsWhere() throws IOException {
        Files.createFile(root.resolve("logs"));

        assertThatThrownBy(() -> new Installation(root, new Layout(root)).startKept("agent"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cannot write to " + root.resolve("logs"));
    }

    @Test
    void twoVersionsInOneFolderAreRefused() throws IOException {
        Path launcher = Files.createDirectory(root.resolve("bin")).resolve("tinyserv-remote");
        Files.copy(Path.of("src/main/dist/bin/tinyserv-remote"), launcher);
        for (String version : List.of("0.1.0", "0.2.0")) {
            Files.createFile(
                    Files.createDirectories(root.resolve("lib")).resolve("tinyserv-remote-agent-" + version + ".jar"));
        }
        Shell shell = new Shell(root, Map.of("PATH", "/usr/bin:/bin"), List.of(), root);

        Result result = shell.run("sh", launcher.toString(), "restart");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("more than one version lies in " + root + "/lib: unpack tinyserv-remote.tar.gz into an empty")
                .hasLineCount(1);
    }
}
