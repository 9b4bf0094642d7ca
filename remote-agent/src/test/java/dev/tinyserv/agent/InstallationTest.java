package dev.tinyserv.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                .hasMessageContaining("cannot write under " + root)
                .hasMessageContaining("nothing was replaced");
    }
}
