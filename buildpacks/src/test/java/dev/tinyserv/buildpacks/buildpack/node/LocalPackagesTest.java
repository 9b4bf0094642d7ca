package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void areFoundInAPackageJsonHoweverTheyAreWritten() throws IOException {
        for (String place : new String[] {"file:a.tgz", "file:./a.tgz", "./a.tgz", "a.tgz"}) {
            assertThat(wanted(place).tarballs()).as(place).containsExactly(folder.resolve("a.tgz"));
        }
        for (String place : new String[] {"file:part", "./part", "../part", "~/part"}) {
            assertThat(wanted(place).copies()).as(place).isTrue();
        }
        for (String place : new String[] {"^1.2.3", "*", "", "latest", "user/repo", "https://r/a.tgz", "npm:y@1"}) {
            assertThat(wanted(place)).as(place).isEqualTo(none());
        }
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
            })
    void areMentionedInLockFilesOfOthers(String line, boolean copies, boolean links) throws IOException {
        Path lock = Files.writeString(folder.resolve("yarn.lock"), "a line\n  " + line + "\n");
        assertThat(LocalPackages.mentionedIn(lock).copies()).isEqualTo(copies);
        assertThat(LocalPackages.mentionedIn(lock).links()).isEqualTo(links);
    }

    private static LocalPackages none() {
        return new LocalPackages(java.util.Collections.emptySortedSet(), false, false);
    }
}
