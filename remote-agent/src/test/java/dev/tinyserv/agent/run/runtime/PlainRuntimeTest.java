package dev.tinyserv.agent.run.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a launch says where the server, and not the app, is at fault. */
class PlainRuntimeTest {
    @TempDir
    Path root;

    private PlainRuntime runtime;

    @BeforeEach
    void install() throws IOException {
        runtime = new PlainRuntime(root.resolve("shim.sh"), Files.createDirectory(root.resolve("instances")));
        Files.createDirectory(root.resolve("output"));
        runtime.install();
    }

    @Test
    void aFolderForTheOutputThatTakesNoFileIsNamed() throws IOException {
        Files.delete(root.resolve("output"));

        refusesToStart("cannot write to " + root.resolve("output") + ": No such file or directory");
    }

    @Test
    void aFolderForTheRecordsThatTakesNoFileIsNamed() throws IOException {
        Files.delete(root.resolve("instances"));

        refusesToStart("cannot write to " + root.resolve("instances") + ": No such file or directory");
    }

    @Test
    void aShimThatCannotBeReadIsNamed() throws IOException {
        Files.delete(root.resolve("shim.sh"));

        refusesToStart("cannot read " + root.resolve("shim.sh"));
    }

    private void refusesToStart(String why) {
        Launch launch = new Launch(
                "shop-v1-web.1-00000000",
                "web.1",
                "touch started",
                root,
                Map.of(),
                new Launch.Streams(null, root.resolve("output/shop-v1-web.1-00000000.log")),
                new Launch.Confinement(null, Limits.NONE, List.of()));

        assertThatThrownBy(() -> runtime.start(launch))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("this server cannot start web.1: " + why)
                .hasMessageNotContaining("status");

        assertThat(root.resolve("started")).doesNotExist();
    }
}
