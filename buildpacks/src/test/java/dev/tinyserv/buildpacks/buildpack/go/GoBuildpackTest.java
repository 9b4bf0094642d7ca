package dev.tinyserv.buildpacks.buildpack.go;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.source.MapSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a go command of our own, which tells what it was asked, and with the machine's. */
@Timeout(180)
class GoBuildpackTest extends LanguageStage {
    /** Finds the main packages that a file beside it lists for the pattern. */
    private static final String FAKE = """
            #!/bin/sh
            case $1 in
            version) echo 'go version go%s linux/amd64' ;;
            list)
              for pattern; do :; done
              cat "$MAINS" | sed -n "s|^$pattern ||p" | tr ' ' '\\t' ;;
            *)
              echo "go $*"
              echo "GOFLAGS=$GOFLAGS GOTOOLCHAIN=$GOTOOLCHAIN GOWORK=$GOWORK"
              echo "GOCACHE=$GOCACHE GOMODCACHE=$GOMODCACHE"
              if [ -n "$FAILS_WITH" ]; then echo "$FAILS_WITH"; exit 1; fi ;;
            esac
            """;

    @BeforeEach
    void anApp() throws IOException {
        environment.put("PATH", folder.resolve("bin") + ":" + USUAL_PATH);
        environment.put("MAINS", folder.resolve("mains").toString());
        write("go.mod", "module example.com/hello\n\ngo 1.19\n");
    }

    private void fakeGo(String version) throws IOException {
        program("go", FAKE.formatted(version));
        mains("");
    }

    /** A line for each package: the pattern that finds it, {@code main}, its path and its target. */
    private void mains(String content) throws IOException {
        Files.writeString(folder.resolve("mains"), content);
    }

    private void realGo() {
        assumeTrue(Program.find("go", Map.of("PATH", USUAL_PATH)).isPresent(), "needs go");
        // With this Debian's Go takes the standard library as it was compiled by Debian, and needs seconds.
        environment.put("GOFLAGS", "-trimpath=false");
        environment.put("GOPROXY", "off");
        environment.put("GOSUMDB", "off");
    }

    private BuiltApp build() throws IOException {
        return build(new GoBuildpack());
    }

    @Test
    void knowsItsAppsByTheirGoMod() throws IOException {
        assertThat(new GoBuildpack().detects(new MapSource().with("go.mod", "")))
                .isTrue();
        assertThat(new GoBuildpack().detects(new MapSource().with("main.go", "")))
                .isFalse();
    }

    @Test
    void compilesThePackageInTheRootWithWhatTheCommandKeepsAndDownloadsNoOtherGo() throws IOException {
        fakeGo("1.19.8");
        mains(". main example.com/hello /x/go/bin/hello\n./cmd/... main example.com/hello/cmd/a /x/go/bin/a\n");
        Files.createDirectory(app.resolve("cmd"));
        BuiltApp built = build();
        assertThat(built.defaultProcesses()).containsExactly(Map.entry("web", "bin/hello"));
        assertThat(built.exports().get("PATH")).startsWith(app.resolve("bin") + ":");
        assertThat(lines)
                .containsExactly(
                        "-----> Building with go 1.19.8",
                        "       nothing is compiled yet: the next build will be faster",
                        "       go build -o bin/ example.com/hello",
                        "       go build -o bin/ example.com/hello",
                        "       GOFLAGS=-mod=readonly -trimpath -buildvcs=false GOTOOLCHAIN=local GOWORK=off",
                        "       GOCACHE=" + folder.resolve("cache/go/build") + " GOMODCACHE="
                                + folder.resolve("cache/go/modules"));
        assertThat(app.resolve(".profile.d/go.sh")).hasContent("export PATH=\"$PWD/bin:$PATH\"");
    }

    @Test
    void theFlagsFitTheVersionTheVendorFolderAndTheAppsOwn() throws IOException {
        fakeGo("1.17.1");
        write("go.mod", "module m\n\ngo 1.17\n");
        mains(". main example.com/hello /x/go/bin/hello\n");
        write("vendor/modules.txt", "");
        environment.put("GOFLAGS", "-tags=prod");
        environment.put("GOTOOLCHAIN", "auto");
        build();
        assertThat(transcript()).contains("GOFLAGS=-mod=vendor -trimpath -tags=prod GOTOOLCHAIN=auto GOWORK=off");

        write("go.work", "go 1.18\nuse .\n");
        build();
        assertThat(lines).contains("       GOFLAGS=-trimpath -tags=prod GOTOOLCHAIN=auto GOWORK=");
    }

    @Test
    void compilesAllProgramsBelowCmdElseAllThereAre() throws IOException {
        fakeGo("1.22.1");
        mains("./cmd/... main m/cmd/a /x/bin/a\n./cmd/... main m/cmd/b /x/bin/b\n./... main m/tool /x/bin/tool\n");
        Files.createDirectory(app.resolve("cmd"));
        assertThat(build().defaultProcesses()).isEmpty();
        assertThat(transcript()).contains("go build -o bin/ m/cmd/a m/cmd/b");

        Files.delete(app.resolve("cmd"));
        assertThat(build().defaultProcesses()).containsEntry("web", "bin/tool");
    }

    @Test
    void compilesWhatTheAppNames() throws IOException {
        fakeGo("1.22.1");
        mains(". main m /x/bin/m\n./one main m/one /x/bin/one\n./two main m/two /x/bin/two\n");
        write("go.mod", "module m\n\n// +heroku install ./one\n");
        assertThat(build().defaultProcesses()).containsEntry("web", "bin/one");
        environment.put("GO_INSTALL_PACKAGE_SPEC", " ./two ");
        assertThat(build().defaultProcesses()).containsEntry("web", "bin/two");
        environment.put("GO_INSTALL_PACKAGE_SPEC", "./three");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessage("no package main in ./three: name packages that make programs, such as ./cmd/server");
    }

    @Test
    void eachFailureSaysWhatToDo() throws IOException {
        fakeGo("1.22.1");
        mains(". main m /x/bin/m\n");
        String tidy = "go.mod and go.sum do not fit the code; run `go mod tidy` and commit go.mod and go.sum";
        String vendor = "vendor does not fit go.mod; run `go mod vendor` and commit vendor";
        String download =
                "a module could not be downloaded; push again later, or commit all modules with" + " `go mod vendor`";
        Map<String, String> remedies = Map.of(
                "main.go:3:8: missing go.sum entry for module providing package x", tidy,
                "verifying x@v1.0.0: checksum mismatch", tidy,
                "go: inconsistent vendoring in /x:", vendor,
                "go: go.mod requires go >= 1.25 (running go 1.22.1; GOTOOLCHAIN=local)",
                        "the app needs a newer Go; install one on the server, or lower the version in go.mod",
                "x: dial tcp: lookup proxy.golang.org: no such host", download);
        for (Map.Entry<String, String> each : remedies.entrySet()) {
            environment.put("FAILS_WITH", each.getKey());
            assertThatThrownBy(this::build)
                    .isInstanceOf(Refusal.class)
                    .hasMessage("go build -o bin/ m failed with exit status 1: " + each.getValue());
        }
        environment.put("FAILS_WITH", "./main.go:3: undefined: x");
        assertThatThrownBy(this::build).hasMessage("go build -o bin/ m failed with exit status 1");
    }

    @Test
    void theFileOfAVersionManagerCountsMoreThanTheOldestVersionThatWillDo() throws IOException {
        fakeGo("1.22.1");
        mains(". main m /x/bin/m\n");
        write("go.mod", "module m\n\ngo 1.99\n");
        build();
        assertThat(transcript()).contains(" !     go.mod asks for go >= 1.99, the server has 1.22.1");
        write(".tool-versions", "golang 1.22\n");
        build();
        assertThat(transcript()).doesNotContain(" !  ");
        write(".go-version", "1.98\n");
        build();
        assertThat(transcript()).contains(" !     .go-version asks for go 1.98");
    }

    @Test
    void neverWritesThroughALinkInThePlaceOfBin() throws IOException {
        fakeGo("1.22.1");
        mains(". main m /x/bin/m\n");
        Files.createSymbolicLink(app.resolve("bin"), newFolder("outside"));
        assertThatThrownBy(this::build).hasMessage("bin is a file or a link, but the programs go there: remove it");
    }

    @Test
    void aModuleInTheAppsOwnFolderIsPartOfTheProgramAndWhatWasCompiledIsKept() throws IOException {
        realGo();
        write("go.mod", """
                module example.com/hello

                go 1.19

                require example.com/greeting v0.0.0

                replace example.com/greeting => ./greeting
                """);
        write("main.go", """
                package main

                import "example.com/greeting"

                func main() { println(greeting.Text) }
                """);
        write("greeting/go.mod", "module example.com/greeting\n");
        write("greeting/greeting.go", "package greeting\n\nconst Text = \"hello\"\n");

        assertThat(build().defaultProcesses()).containsExactly(Map.entry("web", "bin/hello"));
        assertThat(says("bin/hello")).isEqualTo("hello");

        build();
        assertThat(transcript()).contains("packages that did not change are kept from the last build");
        assertThat(says("bin/hello")).isEqualTo("hello");
    }

    private String says(String program) {
        return Command.of(app.resolve(program).toString()).collect().text();
    }

    @Test
    void theRealCommandTellsWhatIsMissing() throws IOException {
        realGo();
        write("main.go", "package main\n\nimport _ \"example.com/other\"\n\nfunc main() {}\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(
                        "go.mod and go.sum do not fit the code; run `go mod tidy` and commit go.mod and go.sum");

        write("main.go", "packge main\n");
        assertThatThrownBy(this::build).hasMessageContaining("go build ./... failed");
        assertThat(transcript()).contains("main.go:1:1: expected 'package'");

        write("main.go", "package lib\n");
        assertThatThrownBy(this::build)
                .hasMessage("no package main: put one into the root or below cmd, or set GO_INSTALL_PACKAGE_SPEC");

        write("go.mod", "module x y z\n");
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class).hasMessageStartingWith("go list failed");
        assertThat(transcript()).contains("go.mod:1: usage: module module/path");
    }

    @Test
    void nothingIsDeletedWhereALinkInTheCacheLeads() throws IOException {
        fakeGo("1.19.8");
        mains(". main example.com/hello /x/go/bin/hello\n");
        Path data = Files.createDirectories(folder.resolve("others/modules")).resolve("data");
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.setLength(1L << 30); // without blocks on the disk
        }
        Files.createSymbolicLink(folder.resolve("cache/go"), folder.resolve("others"));

        build();

        assertThat(data).exists();
        assertThat(folder.resolve("cache/go")).matches(path -> !Files.isSymbolicLink(path), "no link any more");
    }
}
