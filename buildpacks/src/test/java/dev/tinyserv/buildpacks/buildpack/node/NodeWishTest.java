package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.RuntimeKind;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.Wish;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

    @ParameterizedTest
    @CsvSource({".nvmrc, lts/iron", ".node-version, lts/Iron", ".tool-versions, nodejs lts/iron"})
    void ofALineTheNearestIsTaken(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text + "\n");
        assertThat(Stream.of("24.1.0", "22.2.0", "16.20.0").map(this::installed).toList())
                .hasSize(3);
        Runtimes runtimes =
                new Runtimes(Map.of("PATH", folder.resolve("24.1.0").toString(), "HOME", folder.toString()));
        List<String> lines = new ArrayList<>();
        assertThat(runtimes.choose(RuntimeKind.NODE, wish("{}"), lines::add).version())
                .hasToString("22.2.0");
        assertThat(lines).singleElement().asString().contains("asks for node lts/", "takes 22.2.0, the nearest");
    }

    private Path installed(String version) {
        Path bin = version.startsWith("24")
                ? folder.resolve(version)
                : folder.resolve(".nvm/versions/node/v" + version + "/bin");
        try {
            Files.createDirectories(bin);
            Path node = Files.writeString(bin.resolve("node"), "#!/bin/sh\necho v" + version + "\n");
            assertThat(node.toFile().setExecutable(true)).isTrue();
            return bin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLineThatNobodyKnowsIsFulfilledByNone() throws IOException {
        Files.writeString(folder.resolve(".nvmrc"), "lts/unobtainium\n");
        assertThat(wish("{}")).hasValue(new Wish("lts/unobtainium", ".nvmrc", VersionRange.none()));
    }

    @Test
    void otherFieldsOfThePackageJsonCount() throws IOException {
        assertThat(wish("{\"volta\": {\"node\": \"22.1.0\"}}").orElseThrow())
                .extracting(Wish::text, Wish::file)
                .containsExactly("22.1.0", "volta.node in package.json");
        assertThat(wish("{\"devEngines\": {\"runtime\": {\"name\": \"node\", \"version\": \"24.x\"}}}")
                        .orElseThrow())
                .extracting(Wish::text, Wish::file)
                .containsExactly("24.x", "devEngines.runtime in package.json");
        assertThat(wish("{\"devEngines\": {\"runtime\": [{\"name\": \"bun\", \"version\": \"1\"}]}}"))
                .isEmpty();
    }

    @Test
    void enginesComeFirstAndWhateverThereIsAsksForNothing() throws IOException {
        Files.writeString(folder.resolve(".nvmrc"), "lts/*\n");
        assertThat(wish("{}")).isEmpty();
        assertThat(wish("{\"engines\": {\"node\": \"latest\"}}")).isEmpty();
        assertThat(wish("{\"engines\": {\"node\": \"20.x\"}}")).map(Wish::text).hasValue("20.x");
    }

    @ParameterizedTest
    @CsvSource({"iron, 20", "Iron, 20", "lts/iron, 20", "'>= 18.0.0, < 21', 20", "'>=18,<21', 20"})
    void whatIsMeantIsTaken(String text, int fitting) throws IOException {
        Version version = new Version(fitting, 20, 2);
        assertThat(wish("{\"engines\": {\"node\": \"" + text + "\"}}")
                        .orElseThrow()
                        .range()
                        .contains(version))
                .isTrue();
        Files.writeString(folder.resolve(".nvmrc"), text + "\n");
        assertThat(wish("{}").orElseThrow().range().contains(version)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"'18,20'", "lts/-1", "ref:v20"})
    void whatIsNoVersionIsSaidToBeNone(String text) throws IOException {
        Files.writeString(folder.resolve(".nvmrc"), text + "\n");
        Runtimes runtimes = new Runtimes(Map.of("PATH", installed("24.1.0").toString(), "HOME", folder.toString()));
        List<String> lines = new ArrayList<>();
        runtimes.choose(RuntimeKind.NODE, wish("{}"), lines::add);
        assertThat(lines)
                .containsExactly(" !     .nvmrc asks for node " + text
                        + ", which is no version that tinyserv reads (one is 20, 20.1.0 or 20.x, say), the server has"
                        + " 24.1.0 and takes 24.1.0: change .nvmrc");
    }

    @Test
    void enginesMayBeAnyReleaseForALongTime() throws IOException {
        assertThat(wish("{\"engines\": {\"node\": \"LTS\"}}")).isEmpty();
    }
}
