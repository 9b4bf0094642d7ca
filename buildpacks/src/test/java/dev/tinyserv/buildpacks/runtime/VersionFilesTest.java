package dev.tinyserv.buildpacks.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionFilesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "20, 20.9.9",
        "v20.1.0, 20.1.0",
        "3.11, 3.11.7",
        "ruby-3.2.1, 3.2.1",
        "temurin-21, 21.0.3",
        "graalvm64-17.0.9, 17.0.9",
        "temurin-jre-17, 17.0.2",
        "go1.22, 1.22.9",
        "cpython-3.12, 3.12.4",
        "3.11.x, 3.11.9",
        "3.14.0rc2, 3.14.0rc2",
        "3.14-dev, 3.14-dev",
        "node-v20.1.0, 20.1.0",
        "Python-3.11.2, 3.11.2",
        "python 3.11.2, 3.11.2",
        "latest:20, 20.9.0",
        "prefix:20.1, 20.1.4",
    })
    void readsAVersion(String text, String fitting) throws IOException {
        Files.writeString(folder.resolve(".version"), "\n# what we run\n  " + text + "\r\n");
        Wish wish = VersionFiles.plain(folder, ".version").orElseThrow();
        assertThat(wish.text()).isEqualTo(text);
        assertThat(wish.file()).isEqualTo(".version");
        assertThat(wish.range().contains(Version.parse(fitting).orElseThrow())).isTrue();
        assertThat(wish.range().contains(new Version(1, 0, 0))).isFalse();
        assertThat(wish.range().contains(new Version(3, 14, 0))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lts/*", "node", "system", "LTS/*", "Node", "# only a comment"})
    void whateverThereIsIsNoWish(String text) throws IOException {
        Files.writeString(folder.resolve(".version"), text);
        assertThat(VersionFiles.plain(folder, ".version")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20 || 21",
                "99999999",
                "$(reboot)",
                "lts/iron",
                "my-env",
                "my-env3",
                "env3",
                "pypy3.10-7.3",
                "3.13t",
                "lts/-1",
                "ref:v20",
                "path:/opt/node",
                "latest:"
            })
    void whatIsNoVersionIsAWishThatNoneFulfils(String text) throws IOException {
        Files.writeString(folder.resolve(".version"), text);
        assertThat(VersionFiles.plain(folder, ".version")).hasValue(new Wish(text, ".version", VersionRange.none()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20 # the LTS", "20\t#", "# first\n 20 #\n"})
    void aCommentIsNoPartOfIt(String text) throws IOException {
        Files.writeString(folder.resolve(".version"), text);
        assertThat(VersionFiles.plain(folder, ".version").map(Wish::text)).contains("20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[tools]\nnode = \"18\"\n",
                "[env]\nnode = \"5\"\n\n[tools] # mine\r\n  node = '18'\r\npython = \"3\"\r\n",
                "[tools]\nnodejs = [\"18\", \"20\"]",
                "[tools]\n\"node\" = { version = \"18\", postinstall = \"x\" }",
            })
    void readsTheToolsOfMise(String content) throws IOException {
        for (String name : List.of("mise.toml", ".mise.toml")) {
            Files.writeString(folder.resolve(name), content);
            Wish wish = VersionFiles.toolVersions(folder, RuntimeKind.NODE).orElseThrow();
            assertThat(wish.text()).isEqualTo("18");
            assertThat(wish.file()).isEqualTo(name);
            assertThat(VersionFiles.toolVersions(folder, RuntimeKind.GO)).isEmpty();
            Files.delete(folder.resolve(name));
        }
    }

    @Test
    void findsItsToolAmongOthers() throws IOException {
        Files.writeString(folder.resolve(".tool-versions"), "python 3.12.1 3.11.0\nnodejs   20.1.0\ngolang\n");
        assertThat(VersionFiles.toolVersions(folder, RuntimeKind.NODE))
                .map(Wish::text)
                .contains("20.1.0");
        assertThat(VersionFiles.toolVersions(folder, RuntimeKind.PYTHON))
                .map(Wish::text)
                .contains("3.12.1");
        assertThat(VersionFiles.toolVersions(folder, RuntimeKind.GO)).isEmpty();
        assertThat(VersionFiles.toolVersions(folder, RuntimeKind.RUBY)).isEmpty();
    }

    @Test
    void aFileOfPowerShellIsReadOrNamed() throws IOException {
        Files.writeString(folder.resolve(".node-version"), "\uFEFF20.1.0\r\n");
        assertThat(VersionFiles.plain(folder, ".node-version").map(Wish::text)).contains("20.1.0");
        Files.writeString(folder.resolve(".tool-versions"), "\uFEFFnodejs 20.1.0\r\n");
        assertThat(VersionFiles.toolVersions(folder, RuntimeKind.NODE).map(Wish::text))
                .contains("20.1.0");
        Files.writeString(folder.resolve("system.properties"), "\uFEFFjava.runtime.version=17\r\n");
        assertThat(VersionFiles.property(folder, "system.properties", "java.runtime.version")
                        .map(Wish::text))
                .contains("17");
        for (String name : List.of(".nvmrc", ".tool-versions", "system.properties")) {
            Files.write(folder.resolve(name), "\uFEFF20.1.0\r\n".getBytes(StandardCharsets.UTF_16LE));
        }
        assertThatThrownBy(() -> VersionFiles.plain(folder, ".nvmrc")).hasMessage(".nvmrc is UTF-16; save it as UTF-8");
        assertThatThrownBy(() -> VersionFiles.toolVersions(folder, RuntimeKind.NODE))
                .hasMessage(".tool-versions is UTF-16; save it as UTF-8");
        assertThatThrownBy(() -> VersionFiles.property(folder, "system.properties", "x"))
                .hasMessage("system.properties is UTF-16; save it as UTF-8");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Files.writeString(folder.resolve("secret"), "20.1.0");
        Files.createSymbolicLink(folder.resolve(".nvmrc"), Path.of("secret"));
        assertThat(VersionFiles.plain(folder, ".nvmrc")).isEmpty();
    }
}
