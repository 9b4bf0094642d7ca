package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.node.NodeBuildpack;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.source.MapSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuildpacksTest {
    private final Buildpacks buildpacks = new Buildpacks(List.of(new NodeBuildpack(), new ProcfileBuildpack()));

    @Test
    void choosesTheFirstThatKnowsTheFiles() throws Exception {
        MapSource source = new MapSource().with("Procfile", "web: x");
        assertThat(buildpacks.choose(source).name()).isEqualTo("procfile");
        assertThat(buildpacks.choose(source.with("package.json", "{}")).name()).isEqualTo("node");
    }

    @Test
    void saysWhatToDoIfNoneKnowsThem() {
        assertThatThrownBy(() -> buildpacks.choose(new MapSource().with("index.php", "")))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("no Procfile, and no file that tells the language")
                .hasMessageContaining("add a Procfile such as");
        assertThatThrownBy(() -> buildpacks.choose(new MapSource().with("procfile", "web: x")))
                .hasMessageContaining("git mv procfile Procfile");
    }
}
