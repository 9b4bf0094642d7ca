package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsTextTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();
    private Build build;

    @BeforeEach
    void aBuild() throws IOException {
        Files.createDirectory(folder.resolve("app"));
        build = TestBuild.in(folder, Map.of(), new Runtimes(Map.of()), lines::add);
    }

    private Path write(String name, String content) throws IOException {
        Path file = build.folder().resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        return Files.writeString(file, content);
    }

    @ParameterizedTest
    @CsvSource({
        "mvnw, '#!/bin/sh', true",
        "bin/rails, '#!/usr/bin/env ruby', true",
        ".mvn/jvm.config, -Xmx1g, true",
        ".mvn/wrapper/maven-wrapper.properties, a=b, true",
        "please, '\u007fELF\u0000', false",
        "craft, '#!/bin/sh\u0000', false",
        ".mvn/jvm.config, '-Xmx1g\u0000', false",
        "spark, a table of numbers, false",
    })
    void areLeftOutOfScriptsOnly(String name, String first, boolean leftOut) throws IOException {
        String content = first + "\r\nmore\r\n";
        Path file = write(name, content);
        WindowsText.mendWrappers(build);
        assertThat(file).hasContent(leftOut ? content.replace("\r", "") : content);
        assertThat(Files.size(file) < content.getBytes(StandardCharsets.UTF_8).length)
                .isEqualTo(leftOut);
        assertThat(lines).hasSize(leftOut ? 1 : 0);
    }

    @Test
    void areLeftOutOfProfilesThatAreText() throws IOException {
        Path profile = write(".profile", "export A=b\r\n");
        Path binary = write(".profile.d/a.sh", "\0\r\n");
        WindowsText.mendProfiles(build);
        assertThat(Files.readString(profile)).isEqualTo("export A=b\n");
        assertThat(Files.readString(binary)).isEqualTo("\0\r\n");
    }

    @Test
    void byteOrderMarksAreLeftOutOfWhatIsReadOrRun() throws IOException {
        Path profile = write(".profile", "\ufeffexport A=b\r\n");
        Path other = write(".profile.d/a.sh", "\ufeffexport B=c\n");
        Path wrapper = write("yii", "\ufeff#!/usr/bin/env php\r\n");
        Path text = write("spark", "\ufeffa table");
        WindowsText.mendProfiles(build);
        WindowsText.mendWrappers(build);
        assertThat(Files.readString(profile)).isEqualTo("export A=b\n");
        assertThat(Files.readString(other)).isEqualTo("export B=c\n");
        assertThat(Files.readString(wrapper)).isEqualTo("#!/usr/bin/env php\n");
        assertThat(Files.readString(text)).isEqualTo("\ufeffa table");
        assertThat(lines)
                .contains(
                        " !     .profile.d/a.sh begins with a byte order mark, as Windows writes it: it is read without;"
                                + " save it as UTF-8 without BOM");
    }

    @ParameterizedTest
    @ValueSource(strings = {".profile", ".profile.d/a.sh"})
    void noProfileIsOfUtf16(String name) throws IOException {
        Files.writeString(write(name, ""), "\ufeffexport A=b\n", StandardCharsets.UTF_16LE);
        assertThatThrownBy(() -> WindowsText.requireReadableProfiles(build))
                .isInstanceOf(Refusal.class)
                .hasMessage(name + " is UTF-16; save it as UTF-8");
        assertThatThrownBy(() -> WindowsText.mendProfiles(build)).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".npmrc",
                "pyproject.toml",
                "pnpm-workspace.yaml",
                "package-lock.json",
                ".gitmodules",
                "yarn.lock",
                "bunfig.toml",
                "composer.lock",
                "Gemfile.lock",
                "poetry.lock",
                "Pipfile",
                "Cargo.toml",
                ".mvn/maven.config"
            })
    void toolsGetUtf8WithoutMark(String name) throws IOException {
        Path file = write(name, "\ufeffregistry=http://127.0.0.1/\n");
        WindowsText.mendToolFiles(build);
        assertThat(Files.readString(file)).isEqualTo("registry=http://127.0.0.1/\n");
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE")) {
            Files.writeString(file, "registry=http://127.0.0.1/\n", Charset.forName(charset));
            assertThatThrownBy(() -> WindowsText.mendToolFiles(build))
                    .isInstanceOf(Refusal.class)
                    .hasMessage(name + " is " + charset.substring(0, 6) + "; save it as UTF-8");
        }
    }

    @Test
    void toolsGetNothingThroughLinksAndOtherFilesAsTheyAre() throws IOException {
        Path outside = Files.writeString(folder.resolve("outside"), "\ufeffa");
        Files.createSymbolicLink(build.folder().resolve(".npmrc"), outside);
        Path own = write("notes.txt", "\ufeffa");
        WindowsText.mendToolFiles(build);
        assertThat(Files.readString(outside)).isEqualTo("\ufeffa");
        assertThat(Files.readString(own)).isEqualTo("\ufeffa");
    }

    @Test
    void areToldForTheRootOfTheRepository() throws IOException {
        build = build.in(Files.createDirectories(folder.resolve("app/packages/api")));
        write("gradlew", "#!/bin/sh\r\n");
        WindowsText.mendWrappers(build);
        assertThat(lines)
                .containsExactly(
                        " !     packages/api/gradlew has lines that end with CR, as Windows writes them: a copy"
                                + " without is run; `echo 'packages/api/gradlew text eol=lf' >>.gitattributes && git add"
                                + " --renormalize packages/api/gradlew .gitattributes` mends it");
    }
}
