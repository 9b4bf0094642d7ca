package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class NodeWishTest {
    @TempDir
    Path folder;

    private Optional<Wish> wish(String packageJson) throws IOException {
        byte[] bytes = packageJson.getBytes(StandardCharsets.UTF_8);
        PackageJson app = new PackageJson((ObjectNode) JsonMapper.shared().readTree(bytes));
        return NodeWish.of(folder, app, RuntimeKind.NODE);
    }

    @ParameterizedTest
    @CsvSource({"lts/argon, 4.9.1, 5.0.0", "lts/Hydrogen, 18.20.4, 19.0.0", "lts/krypton, 24.1.0, 26.0.0"})
    void aLineOfNodeIsAnyVersionOfIt(String name, String fitting, String next) throws IOException {
        Files.writeString(folder.resolve(".nvmrc"), name + "\n");
        Wish wish = wish("{}").orElseThrow();
        assertThat(wish.text()).isEqualTo(name);
        assertThat(wish.range().contains(Version.parse(fitting).orElseThrow())).isTrue();
        assertThat(wish.range().contains(Version.parse(next).orElseThrow())).isFalse();
    }

    @Test
    void aLineThatNobodyKnowsIsFulfilledByNone() throws IOException {
        Files.writeString(folder.resolve(".nvmrc"), "lts/unobtainium\n");
        assertThat(wish("{}")).hasValue(new Wish("lts/unobtainium", ".nvmrc", VersionRange.none()));
    }

    @Test
    void enginesComeFirstAndWhateverThereIsAsksForNothing() throws IOException {
        Files.writeString(folder.resolve(".nvmrc"), "lts/*\n");
        assertThat(wish("{}")).isEmpty();
        assertThat(wish("{\"engines\": {\"node\": \"latest\"}}")).isEmpty();
        assertThat(wish("{\"engines\": {\"node\": \"20.x\"}}")).map(Wish::text).hasValue("20.x");
    }
}
