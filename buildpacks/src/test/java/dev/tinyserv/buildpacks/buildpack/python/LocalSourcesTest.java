package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalSourcesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void aPackageInTheSource() throws IOException {
        Files.createDirectories(folder.resolve("vendor/greet"));
        change("one");
    }

    private void change(String text) throws IOException {
        Files.writeString(folder.resolve("vendor/greet/setup.py"), text);
        Files.writeString(folder.resolve("vendor/greet.whl"), text);
        Files.writeString(folder.resolve("base.txt"), "# " + text);
    }

    private LocalSources named(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        LocalSources sources = new LocalSources(folder);
        sources.addAllOf(java.util.List.of(file));
        return sources;
    }

    private String key(String file, String text) throws IOException {
        Fingerprint key = new Fingerprint();
        LocalSources sources = named(file, text);
        assertThat(sources.areKnown()).isTrue();
        sources.addTo(key);
        return key.hex();
    }

    private void seesAChange(String file, String text, boolean seen) throws IOException {
        String before = key(file, text);
        assertThat(key(file, text)).isEqualTo(before);
        change("two");
        assertThat(key(file, text).equals(before)).as(text).isEqualTo(!seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./vendor/greet",
                "vendor/greet.whl --hash=sha256:00",
                "-e ./vendor/greet[extra]",
                "--find-links=vendor\ngreet",
                "-f vendor",
                "greet @ file:vendor/greet.whl ; python_version > '3'",
                "-r base.txt",
                "-cbase.txt",
                "flask\n\n--requirement other.txt",
            })
    void seesThatARequirementInTheSourceChanged(String text) throws IOException {
        Files.writeString(folder.resolve("other.txt"), "-r requirements.txt\n-r base.txt\n");
        seesAChange("requirements.txt", text + "\n", true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "url = \"vendor/greet.whl\"",
                "source = { directory = \"vendor/greet\" }",
                "source = { editable = \".\" }",
                "{\"path\": \"./vendor/greet\"}"
            })
    void seesThatALockedPackageInTheSourceChanged(String text) throws IOException {
        seesAChange("uv.lock", text, true);
    }

    @Test
    void looksAtNothingElse() throws IOException {
        seesAChange("requirements.txt", "vendor\nflask==3.0\n# ./vendor/greet\n", false);
        change("one");
        seesAChange("uv.lock", "source = { virtual = \".\" }\nurl = \"https://files.example/vendor/greet.whl\"", false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git+https://git.example/x@main",
                "x @ git+https://git.example/x",
                "-e git+ssh://git@git.example/x.git#egg=x",
                "../x.whl\n-r ../outside.txt",
                "/etc/hostname",
                "-r missing.txt"
            })
    void keepsNothingOfWhatCanChangeElsewhere(String text) throws IOException {
        assertThat(named("requirements.txt", text).areKnown()).isFalse();
    }

    @Test
    void keepsWhatIsPinnedToACommit() throws IOException {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        assertThat(named("requirements.txt", "x @ git+https://git.example/x@" + commit + "\n")
                        .areKnown())
                .isTrue();
    }
}
