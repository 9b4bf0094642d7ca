package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPackagesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void aTarball() throws IOException {
        Files.writeString(folder.resolve("a.tgz"), "packed");
        Files.createDirectory(folder.resolve("part"));
    }

    private LocalPackages locked(String json) throws IOException {
        return LocalPackages.lockedIn(Files.writeString(folder.resolve("package-lock.json"), json));
    }

    private LocalPackages wanted(String place) throws IOException {
        Files.writeString(
                folder.resolve("package.json"), "{\"dependencies\": {\"x\": \"%s\", \"y\": 3}}".formatted(place));
        return LocalPackages.wantedBy(PackageJson.read(folder), folder);
    }

    @Test
    void areFoundInLockFilesOldAndNew() throws IOException {
        assertThat(locked("{\"packages\": {\"node_modules/x\": {\"resolved\": \"file:a.tgz\"}}}")
                        .tarballs())
                .containsExactly(folder.resolve("a.tgz"));
        assertThat(locked("{\"dependencies\": {\"x\": {\"version\": \"file:./part/../a.tgz\"}}}")
                        .tarballs())
                .containsExactly(folder.resolve("a.tgz"));
        assertThat(locked("{\"packages\": {\"node_modules/x\": {\"resolved\": \"https://r/x.tgz\"}}}"))
                .isEqualTo(none());
    }

    @Test
    void thatAreNoPlainFilesOfTheAppAreSaidToBeThere() throws IOException {
        Files.createSymbolicLink(folder.resolve("b.tgz"), folder.resolve("a.tgz"));
        assertThat(locked("{\"packages\": {\"x\": {\"resolved\": \"part\", \"link\": true}}}")
                        .links())
                .isTrue();
        for (String url :
                new String[] {"file:part", "file:b.tgz", "file:../x.tgz", "file:/etc/hostname", "file:x\\u0000y"}) {
            LocalPackages found = locked("{\"packages\": {\"x\": {\"resolved\": \"" + url + "\"}}}");
            assertThat(found.copies()).as(url).isTrue();
            assertThat(found.tarballs()).as(url).isEmpty();
        }
    }

    @Test
    void areLeftToNpmWhereTheLockFileIsBroken() throws IOException {
        assertThat(locked("{\"packages\": {\"x\": {\"resolved\": \"file:a.tgz\""))
                .isEqualTo(none());
        assertThat(locked("[".repeat(100_000))).isEqualTo(none());
        assertThat(locked("")).isEqualTo(none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:a.tgz", "file:./a.tgz", "FILE:a.tgz", "./a.tgz", "a.tgz", "part/../a.tgz"})
    void areTarballsOfAPackageJsonHoweverTheyAreWritten(String place) throws IOException {
        assertThat(wanted(place).tarballs()).containsExactly(folder.resolve("a.tgz"));
        assertThat(wanted(place).copies()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:part",
                "file:///srv/part",
                "./part",
                "../part",
                "~/part",
                "/srv/part",
                "parts/of/it",
                ".",
                "patch:left@npm:1.0.0#~/.yarn/patches/left.patch",
                "exec:./make.js",
            })
    void areFoldersOfAPackageJsonHoweverTheyAreWritten(String place) throws IOException {
        assertThat(wanted(place).copies()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"link:part", "link:../part", "portal:./part", "workspace:*", "workspace:packages/part"})
    void areLinksOfAPackageJson(String place) throws IOException {
        assertThat(wanted(place)).isEqualTo(new LocalPackages(Collections.emptySortedSet(), false, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.3",
                "^1.2.3",
                "~1.2.3",
                "~1",
                "~ 1.2",
                "~>1.2",
                "~v1.2.3-beta.1",
                ">=1.2 <2 || ~3",
                "1.x",
                "*",
                "",
                "latest",
                "next-11",
                "user/repo",
                "user/repo#v1.0.0",
                "user/repo#semver:~1.2.3",
                "user/repo#feature/x",
                "github:user/repo",
                "gitlab:group/sub/repo",
                "gist:11081aaa281",
                "git+ssh://git@github.com/user/repo.git#main",
                "git@github.com:user/repo.git",
                "git://host/x.git",
                "git+file:///srv/x.git",
                "https://r/a.tgz",
                "https://r/a/b/c",
                "npm:y@~1.2.3",
                "npm:@scope/y@1",
                "jsr:@scope/y@1",
                "catalog:",
                "catalog:react18",
            })
    void areNotWhatComesFromElsewhere(String place) throws IOException {
        assertThat(wanted(place)).isEqualTo(none());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"overrides\": {\"a\": {\".\": \"1\", \"b\": \"file:part\"}}",
                "\"resolutions\": {\"a/b\": \"./part\"}",
                "\"pnpm\": {\"overrides\": {\"a\": \"file:part\"}}",
            })
    void mayTakeThePlaceOfOthers(String field) throws IOException {
        Files.writeString(folder.resolve("package.json"), "{" + field + "}");
        assertThat(LocalPackages.wantedBy(PackageJson.read(folder), folder).copies())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resolution: 'myapp@workspace:.' | false | false",
                "resolution: \"left@npm:1.0.0\" | false | false",
                "resolution: \"typescript@patch:typescript@npm%3A5.0.4#optional!builtin<compat/typescript>\" | false | false",
                "resolution: \"part@workspace:packages/part\" | false | true",
                "resolution: \"left@patch:left@npm%3A1.0.0#~/.yarn/patches/left.patch\" | true | false",
                "resolution: \"left@patch:left@npm%3A1.0.0#./left.patch\" | true | false",
                "resolution: \"part@portal:./part\" | false | true",
                "version: link:../part | false | true",
                "specifier: workspace:* | false | true",
                "resolution: {tarball: file:a.tgz} | true | false",
                "load-json-file: 4.0.0 | false | false",
                "file: 1.0.0 | false | false",
                "'file: ' | false | false",
                "apollo-link: 1.0.0 | false | false",
                "apollo-link: link:../apollo | false | true",
                "my-workspace: ^1.0.0 | false | false",
                "greet@file:./greet: | true | false",
                "\"greet\": [\"greet@file:greet\", {}], | true | false",
            })
    void areMentionedInLockFilesOfOthers(String line, boolean copies, boolean links) throws IOException {
        Path lock = Files.writeString(folder.resolve("yarn.lock"), "a line\n  " + line + "\n");
        assertThat(LocalPackages.mentionedIn(lock).copies()).isEqualTo(copies);
        assertThat(LocalPackages.mentionedIn(lock).links()).isEqualTo(links);
    }

    private static LocalPackages none() {
        return new LocalPackages(Collections.emptySortedSet(), false, false);
    }
}
