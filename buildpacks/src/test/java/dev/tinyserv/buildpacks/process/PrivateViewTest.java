package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateViewTest {
    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void files() throws IOException {
        root = folder.toRealPath();
        assumeTrue(PrivateView.isPossible(root), "needs root or user namespaces");
        assertThat(root).as("the probe leaves nothing").isEmptyDirectory();
        for (String name : List.of("builds/one", "builds/other", "run/tmp/one/stage", "run/tmp/other", "plain")) {
            Files.createDirectories(root.resolve(name));
            Files.writeString(root.resolve(name).resolve("file"), name);
        }
        Files.move(root.resolve("run/tmp/one/stage/file"), root.resolve("run/tmp/one/file"));
        Files.writeString(root.resolve("secret"), "secret");
    }

    private String in(String script) throws IOException {
        PrivateView view = new PrivateView(
                root,
                List.of("run", "builds", "secret", "absent"),
                List.of(Path.of("builds/one"), Path.of("run/tmp/one"), Path.of("builds/absent")),
                root.resolve("run/tmp/one/stage"));
        List<String> command = new ArrayList<>(view.launcher());
        command.addAll(List.of("sh", "-c", script));
        return Command.of(command)
                .in(root.resolve("builds/one"))
                .environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "ROOT", root.toString()))
                .collect()
                .text();
    }

    @Test
    void whatIsKeptIsSeenAndNothingElseOfWhatIsHidden() throws IOException {
        assertThat(in("cd $ROOT; find builds run plain -type f | sort"))
                .isEqualTo("builds/one/file\nplain/file\nrun/tmp/one/file");
        assertThat(in("pwd; cat file; echo; ls ..; ls ../..; cat ../../secret"))
                .isEqualTo(root + "/builds/one\nbuilds/one\none\nbuilds\nplain\nrun\nsecret");
        assertThat(in("ls $ROOT/run/tmp/one/stage")).as("the stage").isEmpty();
    }

    @Test
    void whatIsWrittenIsOnTheDiskAndWhoWritesIsWhoItWas() throws IOException {
        in("echo made >made; echo kept >$ROOT/run/tmp/one/kept; rm -rf $ROOT/run/tmp/one/stage/*");

        assertThat(root.resolve("builds/one/made")).hasContent("made");
        assertThat(root.resolve("run/tmp/one/kept")).hasContent("kept");
        assertThat(root.resolve("builds/other/file")).hasContent("builds/other");
        assertThat(in("id -u")).isEqualTo(String.valueOf((int) Files.getAttribute(root, "unix:uid")));
        assertThat(Files.getAttribute(root.resolve("builds/one/made"), "unix:uid"))
                .isEqualTo(Files.getAttribute(root, "unix:uid"));
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(root.toString());
    }

    @Test
    void theStatusOfTheProgramIsThatOfTheCommand() throws IOException {
        PrivateView view = new PrivateView(root, List.of("builds"), List.of(), root.resolve("builds/other"));
        List<String> command = new ArrayList<>(view.launcher());
        command.addAll(List.of("sh", "-c", "exit 7"));

        int status = Command.of(command)
                .in(root)
                .environment(Map.of("PATH", "/usr/bin:/bin"))
                .allowing(java.util.Set.of(7))
                .run(line -> {});

        assertThat(status).isEqualTo(7);
    }
}
