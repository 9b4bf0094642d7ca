package dev.tinyserv.buildpacks.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimesTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();
    private Path home;
    private Runtimes runtimes;

    @BeforeEach
    void aUser() {
        home = folder.resolve("home");
        runtimes = new Runtimes(
                Map.of("PATH", folder.resolve("shims") + ":" + folder.resolve("bin"), "HOME", home.toString()));
    }

    private static Path install(Path bin, String program, String says) throws IOException {
        Files.createDirectories(bin);
        Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\necho '" + says + "'\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    private Installed choose(RuntimeKind kind, String wish) {
        return runtimes.choose(
                kind,
                VersionPrefix.parse(wish).map(prefix -> new Wish(wish, "the-file", VersionRange.of(prefix))),
                lines::add);
    }

    @Test
    void whatIsOnPathIsUsedUnlessSomethingElseIsAskedFor() throws IOException {
        Path usual = install(folder.resolve("bin"), "node", "v20.1.0");
        Path newer = install(home.resolve(".nvm/versions/node/v22.3.1/bin"), "node", "");
        install(home.resolve(".nvm/versions/node/v22.1.0/bin"), "node", "");
        Path mise = install(home.resolve(".local/share/mise/installs/node/18.20.0/bin"), "node", "");
        Files.createSymbolicLink(home.resolve(".local/share/mise/installs/node/18"), Path.of("18.20.0"));
        Files.createDirectories(home.resolve(".nvm/versions/node/v23.0.0/bin"));

        assertThat(runtimes.usual(RuntimeKind.NODE)).isEqualTo(usual);
        assertThat(runtimes.choose(RuntimeKind.NODE, Optional.empty(), lines::add))
                .isEqualTo(new Installed(new Version(20, 1, 0), usual));
        assertThat(choose(RuntimeKind.NODE, "20").bin()).isEqualTo(usual);
        assertThat(choose(RuntimeKind.NODE, "22").bin()).isEqualTo(newer);
        assertThat(choose(RuntimeKind.NODE, "18").bin()).isEqualTo(mise);
        assertThat(lines).isEmpty();
    }

    @Test
    void whereNoneFulfilsTheWishTheNearestIsTaken() throws IOException {
        Path usual = install(folder.resolve("bin"), "node", "v20.1.0");
        Path older = install(home.resolve(".nvm/versions/node/v18.3.1/bin"), "node", "");
        Path near = install(home.resolve(".nvm/versions/node/v18.20.4/bin"), "node", "");
        assertThat(choose(RuntimeKind.NODE, "18.3.7").bin()).isEqualTo(older);
        assertThat(choose(RuntimeKind.NODE, "18.9").bin()).isEqualTo(older);
        assertThat(choose(RuntimeKind.NODE, "18.15").bin()).isEqualTo(near);
        assertThat(choose(RuntimeKind.NODE, "16.1").bin()).isEqualTo(older);
        assertThat(choose(RuntimeKind.NODE, "21.1").bin()).isEqualTo(usual);
        assertThat(lines)
                .hasSize(5)
                .first()
                .asString()
                .contains("asks for node 18.3.7, ", " and takes 18.3.1, the nearest: ");
    }

    /** What is asked for, what there is with the usual one first, and what is taken. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PYTHON; 3.14          ; 3.11.2 3.13.1 3.9.1  ; 3.13.1",
                "PYTHON; 3.10          ; 3.13.1 3.11.2        ; 3.11.2",
                "PYTHON; 3.12          ; 3.11.2 3.13.1        ; 3.13.1",
                "PYTHON; python-3.12.4 ; 3.11.2 3.9.1         ; 3.11.2",
                "PYTHON; 2.7           ; 3.13.1 3.9.1 3.11.2  ; 3.9.1",
                "PYTHON; >=3.14,<4     ; 3.11.2 3.13.1        ; 3.13.1",
                "PYTHON; <3.9          ; 3.13.1 3.11.2        ; 3.11.2",
                "PYTHON; 3.14.0rc2     ; 2.7.1 3.13.1         ; 3.13.1",
                "NODE  ; 24            ; 18.20.4 22.3.1 20.1.0; 22.3.1",
                "NODE  ; ^14 || ^16    ; 22.3.1 18.20.4       ; 18.20.4",
                "NODE  ; 20.11.1       ; 22.3.1 20.9.0 20.12.0; 20.12.0",
                "NODE  ; 20.x          ; 18.20.4 22.3.1       ; 22.3.1",
                "RUBY  ; ruby-3.2.1    ; 2.7.8 3.1.2          ; 3.1.2",
                "RUBY  ; ~> 3.4        ; 2.7.8 3.1.2 3.3.0    ; 3.3.0",
                "GO    ; go1.25        ; 1.19.8 1.23.1        ; 1.23.1",
                "GO    ; >= 1.24rc1    ; 1.19.8 1.23.1        ; 1.23.1",
                "PHP   ; ^8.4          ; 7.4.1 8.2.7          ; 8.2.7",
                "JAVA  ; temurin-21.0.2; 8.0.1 17.0.1         ; 17.0.1",
                "DENO  ; 2.3           ; 1.9.1 2.1.4          ; 2.1.4",
                "BUN   ; 1.2.1         ; 0.8.1 1.1.38         ; 1.1.38",
                "PYTHON; >=3.12,!=3.9.7; 3.9.2 3.11.4       ; 3.11.4",
                "RUBY  ; >= 3.4, != 2.7.8; 2.7.8 3.1.2      ; 3.1.2",
                "PHP   ; >=8.4 <> v7.4 ; 7.4.1 8.2.7        ; 8.2.7",
                "NODE  ; whatever      ; 18.20.4 22.3.1       ; 18.20.4",
            })
    void theNearestIsTakenOfEveryRuntime(RuntimeKind kind, String wish, String there, String taken) throws IOException {
        List<String> versions = List.of(there.split(" ", -1));
        install(folder.resolve("bin"), kind.program(), versions.get(0));
        for (String version : versions.subList(1, versions.size())) {
            Path installed = home.resolve(".local/share/mise/installs/" + kind.label() + "/" + version);
            install(installed.resolve("bin"), kind.program(), version);
            Files.writeString(installed.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        }
        Wish none = new Wish(wish, "the-file", VersionRange.none());
        // This machine may have other JDKs and Gos, which are found as well.
        Installed chosen = runtimes.choose(kind, Optional.of(none), lines::add);
        if (kind != RuntimeKind.JAVA && kind != RuntimeKind.GO) {
            assertThat(chosen.version()).hasToString(taken);
        }
        assertThat(versions.stream()
                        .map(text -> Version.parse(text).orElseThrow())
                        .min(new Nearness(wish)))
                .map(Version::toString)
                .contains(taken);
        assertThat(lines).singleElement().asString().contains(" and takes " + chosen.version());
    }

    @Test
    void javaEightIsTheOneThatCallsItselfOneDotEight() throws IOException {
        Path old = home.resolve(".sdkman/candidates/java/old");
        install(old.resolve("bin"), "javac", "");
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"1.8.0_392\"\n");
        assertThat(choose(RuntimeKind.JAVA, "8").version()).isEqualTo(new Version(8, 0, 0));
    }

    @Test
    void aWishThatNothingFulfilsIsAWarningThatNamesBothVersions() throws IOException {
        Path usual = install(folder.resolve("bin"), "node", "v20.1.0");
        install(home.resolve(".nvm/versions/node/v18.3.1/bin"), "node", "");
        assertThat(choose(RuntimeKind.NODE, "21").bin()).isEqualTo(usual);
        assertThat(lines)
                .containsExactly(" !     the-file asks for node 21, the server has 20.1.0, 18.3.1 and takes 20.1.0, the"
                        + " nearest: install another on the server, or change the-file");
    }

    @Test
    void theNewestIsUsedWhereNoneIsOnPath() throws IOException {
        install(home.resolve(".pyenv/versions/3.9.18/bin"), "python3", "");
        Path newest = install(home.resolve(".pyenv/versions/3.13.0/bin"), "python3", "");
        install(home.resolve(".pyenv/versions/pypy3.10-7.3/bin"), "python3", "");
        assertThat(runtimes.usual(RuntimeKind.PYTHON)).isEqualTo(newest);
        assertThat(runtimes.choose(RuntimeKind.PYTHON, Optional.empty(), lines::add)
                        .bin())
                .isEqualTo(newest);
    }

    /** A shim of pyenv asks for a version in its own way, and finds none in the home of a build. */
    @Test
    void shimsArePassedBy() throws IOException {
        install(folder.resolve("shims"), "python3", "Python 3.1.0");
        Path behind = install(folder.resolve("bin"), "python3", "Python 3.11.2");
        assertThat(runtimes.usual(RuntimeKind.PYTHON)).isEqualTo(behind);
    }

    @Test
    void aFolderElsewhereIsToldByItsVariable() throws IOException {
        Path ruby = install(folder.resolve("rb/versions/3.2.1/bin"), "ruby", "");
        Runtimes told = new Runtimes(Map.of(
                "PATH",
                "",
                "HOME",
                home.toString(),
                "RBENV_ROOT",
                folder.resolve("rb").toString()));
        assertThat(told.usual(RuntimeKind.RUBY)).isEqualTo(ruby);
    }

    @Test
    void aJdkTellsItsVersionInItsReleaseFile() throws IOException {
        Path jdk = home.resolve(".sdkman/candidates/java/mine");
        install(jdk.resolve("bin"), "javac", "");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"99.0.3\"\n");
        assertThat(choose(RuntimeKind.JAVA, "99")).isEqualTo(new Installed(new Version(99, 0, 3), jdk.resolve("bin")));
    }

    /** Debian's newer ones are beside the usual one, those of go.dev in a home or in /usr/local. */
    @Test
    void aReleaseFileThatCannotBeReadHidesNoOtherRuntime() throws IOException {
        Path candidates = home.resolve(".sdkman/candidates/java");
        for (int feature = 81; feature <= 84; feature++) {
            Path bin = install(candidates.resolve("jdk-" + feature + "/bin"), "javac", "");
            String release = "IMPLEMENTOR=\"Bjørn\"\nJAVA_VERSION=\"" + feature + ".0.1\"\n";
            Files.write(bin.resolveSibling("release"), release.getBytes(StandardCharsets.ISO_8859_1));
        }
        Path unreadable = candidates.resolve("jdk-85");
        install(unreadable.resolve("bin"), "javac", "");
        Files.createSymbolicLink(unreadable.resolve("release"), Path.of("/proc/self/mem"));

        for (String feature : List.of("81", "82", "83", "84")) {
            assertThat(choose(RuntimeKind.JAVA, feature).version()).hasToString(feature + ".0.1");
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void aGoTellsItsVersionInItsVersionFile() throws IOException {
        Path go = home.resolve("sdk/go1.98");
        install(go.resolve("bin"), "go", "");
        Files.writeString(go.resolve("VERSION"), "go1.98.3\ntime 2026-01-01T00:00:00Z\n");
        Path older = install(home.resolve(".goenv/versions/1.97.0/bin"), "go", "");
        assertThat(choose(RuntimeKind.GO, "1.98")).isEqualTo(new Installed(new Version(1, 98, 3), go.resolve("bin")));
        assertThat(choose(RuntimeKind.GO, "1.97").bin()).isEqualTo(older);
    }

    @Test
    void saysHowToGetWhatIsMissing() {
        assertThatThrownBy(() -> runtimes.usual(RuntimeKind.DENO))
                .isInstanceOf(Refusal.class)
                .hasMessage("deno is not installed on the server; with npm: npm install -g deno");
        assertThatThrownBy(() -> choose(RuntimeKind.DENO, "1")).isInstanceOf(Refusal.class);
    }

    /** What a broken installation prints is no version, and no reason to fail while there is another. */
    @Test
    void aProgramThatTellsNoVersionIsPassedBy() throws IOException {
        install(folder.resolve("bin"), "node", "illegal instruction");
        Path other = install(home.resolve(".nvm/versions/node/v18.3.1/bin"), "node", "");
        assertThat(choose(RuntimeKind.NODE, "18").bin()).isEqualTo(other);
    }
}
