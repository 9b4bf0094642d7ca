package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
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

class WindowsLineEndsTest {
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
        "yii, \ufeff#!/usr/bin/env php, false",
    })
    void areLeftOutOfScriptsOnly(String name, String first, boolean leftOut) throws IOException {
        String content = first + "\r\nmore\r\n";
        Path file = write(name, content);
        WindowsLineEnds.leaveOutOfWrappers(build);
        assertThat(file).hasContent(leftOut ? content.replace("\r", "") : content);
        assertThat(Files.size(file) < content.getBytes(StandardCharsets.UTF_8).length)
                .isEqualTo(leftOut);
        assertThat(lines).hasSize(leftOut ? 1 : 0);
    }

    @Test
    void areLeftOutOfProfilesThatAreText() throws IOException {
        Path profile = write(".profile", "export A=b\r\n");
        Path binary = write(".profile.d/a.sh", "\0\r\n");
        WindowsLineEnds.leaveOutOfProfiles(build);
        assertThat(Files.readString(profile)).isEqualTo("export A=b\n");
        assertThat(Files.readString(binary)).isEqualTo("\0\r\n");
    }

    @Test
    void areToldForTheRootOfTheRepository() throws IOException {
        build = build.in(Files.createDirectories(folder.resolve("app/packages/api")));
        write("gradlew", "#!/bin/sh\r\n");
        WindowsLineEnds.leaveOutOfWrappers(build);
        assertThat(lines)
                .containsExactly(
                        " !     packages/api/gradlew has lines that end with CR, as Windows writes them: a copy"
                                + " without is run; `echo 'packages/api/gradlew text eol=lf' >>.gitattributes && git add"
                                + " --renormalize packages/api/gradlew .gitattributes` mends it");
    }
}
