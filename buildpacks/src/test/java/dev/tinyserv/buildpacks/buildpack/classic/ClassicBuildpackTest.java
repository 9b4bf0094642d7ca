package dev.tinyserv.buildpacks.buildpack.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.HostileRepository;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
@Tag("slow")
class ClassicBuildpackTest {
    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Path app;
    private Path pack;
    private Map<String, String> environment;

    @BeforeEach
    void aBuildpack() throws IOException {
        for (String name : List.of("app", "cache", "temp", "pack", "pack/bin", "home")) {
            Files.createDirectory(folder.resolve(name));
        }
        app = folder.resolve("app");
        pack = folder.resolve("pack");
        environment = Map.of(
                "PATH", "/usr/local/bin:/usr/bin:/bin",
                "HOME", folder.resolve("home").toString(),
                "SECRET", "s3cr3t value");
        program("detect", "test -f \"$1/hello.txt\" && echo Hello");
        program("compile", "true");
        Files.writeString(app.resolve("hello.txt"), "hello");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(pack.resolve("bin").resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private BuiltApp build(String place) throws IOException {
        lines.clear();
        Build build = TestBuild.in(
                folder, environment, Map.of("SECRET", "s3cr3t value"), new Runtimes(environment), lines::add);
        return ClassicBuildpack.at(place).orElseThrow().build(build);
    }

    private BuiltApp build() throws IOException {
        return build(pack.toString());
    }

    @Test
    void compilesWithItsThreeFolders() throws IOException {
        program("compile", """
                echo "-----> Compiling as it likes"
                test "$1" = "$PWD" && cp "$3/SECRET" "$1/told"
                echo "[${SECRET:-nothing}] $STACK" > "$1/environment"
                cat "$2/kept" 2>/dev/null; echo "from the cache" > "$2/kept"
                """);
        assertThat(build().buildpack()).isEqualTo(pack.toString());
        assertThat(lines)
                .containsExactly(
                        "-----> Building with " + pack, "       Hello app detected", "-----> Compiling as it likes");
        assertThat(app.resolve("told")).hasContent("s3cr3t value");
        assertThat(app.resolve("environment")).hasContent("[nothing] heroku-22");
        build();
        assertThat(lines).contains("from the cache");
    }

    @Test
    void saysHowTheAppRunsAndWhatItsProcessesGet() throws IOException {
        program("release", """
                cat <<END
                ---
                addons: [heroku-postgresql]
                config_vars:
                  LANG: en_US.UTF-8
                  WORKERS: 3
                default_process_types:
                  web: ./server -p \\$PORT
                END
                """);
        BuiltApp built = build();
        assertThat(built.defaultProcesses()).containsExactly(Map.entry("web", "./server -p $PORT"));
        assertThat(built.environment()).containsOnly(Map.entry("LANG", "en_US.UTF-8"), Map.entry("WORKERS", "3"));
    }

    @Test
    void exportsForTheNext() throws IOException {
        program(
                "compile",
                "printf 'export PATH=\"/opt/it/bin:$PATH\"\\nexport LINES_TWO=\"a\\nb\"\\n' > $(dirname $0)/../export");
        BuiltApp built = build();
        assertThat(built.exports())
                .containsOnly(
                        Map.entry("PATH", "/opt/it/bin:/usr/local/bin:/usr/bin:/bin"), Map.entry("LINES_TWO", "a\nb"));
    }

    @Test
    void eachStepThatFailsIsNamed() throws IOException {
        program("compile", "echo ' !  no luck'; exit 3");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessage("bin/compile failed with exit status 3 (buildpack " + pack + ")");
        assertThat(lines).contains(" !  no luck");
        program("detect", "exit 1");
        assertThatThrownBy(this::build).hasMessageContaining("finds none of its files in this app");
        Files.delete(pack.resolve("bin/detect"));
        assertThatThrownBy(this::build).hasMessage("the buildpack " + pack + " has no bin/detect");
        Files.writeString(pack.resolve("bin/detect"), "exit 0");
        assertThatThrownBy(this::build).hasMessageContaining("make it executable");
        assertThatThrownBy(() -> build("/no/such/folder"))
                .hasMessage("the buildpack /no/such/folder is no folder on the server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "default_process_types: {web: [x]}", "default_process_types: {'a b': x}"})
    void whatIsNoReleaseIsRefused(String yaml) throws IOException {
        Files.writeString(pack.resolve("yaml"), yaml);
        program("release", "cat $(dirname $0)/../yaml");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("bin/release of the buildpack");
    }

    /** While its server is away the last version is used. */
    @Test
    void isFetchedByGitAndKept() throws IOException {
        program("compile", "echo 1 > version");
        git(pack, "init", "-q", "-b", "main");
        commit("one");
        git(pack, "branch", "stable");
        program("compile", "echo 2 > version");
        commit("two");
        git(folder, "clone", "-q", "--bare", pack.toString(), "www/pack.git");
        String url;
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www"))) {
            url = server.url("pack.git");
            build(url);
            assertThat(app.resolve("version")).hasContent("2");
            build(url + "#stable");
            assertThat(app.resolve("version")).hasContent("1");
            for (String ref : List.of("nowhere", "a1b2c3d")) {
                assertThatThrownBy(() -> build(url + "#" + ref))
                        .isInstanceOf(Refusal.class)
                        .hasMessageStartingWith("the buildpack " + url + "#" + ref + " cannot be fetched: ")
                        .message()
                        .matches(text -> text.contains("whole id of 40 digits") == ref.equals("a1b2c3d"));
            }
        }
        build(url);
        assertThat(app.resolve("version")).hasContent("2");
        assertThat(lines).anyMatch(line -> line.contains("cannot be fetched, its last version is used: "));
    }

    /** A build could lead the next one to what another app keeps. */
    @Test
    void linksInTheCacheAreNotFollowed() throws IOException {
        git(pack, "init", "-q", "-b", "main");
        commit("one");
        git(folder, "clone", "-q", "--bare", pack.toString(), "www/pack.git");
        Path kept = folder.resolve("cache/buildpacks");
        Path others = folder.resolve("others");
        String url;
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www"))) {
            url = server.url("pack.git");
            build(url);
            Files.move(kept, others);
            Files.createSymbolicLink(kept, others);
            build(url);
            assertThat(Files.isSymbolicLink(kept)).isFalse();
            try (Stream<Path> folders = Files.list(others)) {
                Path other = folders.findFirst().orElseThrow();
                FileTree.delete(kept.resolve(other.getFileName()));
                Files.createSymbolicLink(kept.resolve(other.getFileName()), other);
            }
        }
        assertThatThrownBy(() -> build(url)).isInstanceOf(Refusal.class).hasMessageContaining("cannot be fetched");
        assertThat(others).isDirectoryRecursivelyContaining("glob:**/last-fetched");
    }

    @Test
    void gitObeysNothingThatABuildHasWrittenForIt() throws IOException {
        git(pack, "init", "-q", "-b", "main");
        commit("one");
        git(folder, "clone", "-q", "--bare", pack.toString(), "www/pack.git");
        Path touched = folder.resolve("touched");
        String url;
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www"))) {
            url = server.url("pack.git");
            build(url);
            HostileRepository.plantIn(folder.resolve("cache/buildpacks"), touched);
            build(url);
            HostileRepository.plantIn(folder.resolve("cache/buildpacks"), touched);
        }
        build(url);
        assertThat(lines).anyMatch(line -> line.contains("its last version is used: fatal: unable to access"));
        assertThat(touched).doesNotExist();
    }

    @Test
    void theLastVersionOutlivesABuildThatIsCancelled() throws IOException {
        String url = builtOnce();
        Build cancelled = TestBuild.in(folder, environment, new Runtimes(environment), lines::add);
        cancelled.cancellation().cancel("cancelled");
        assertThatThrownBy(() -> ClassicBuildpack.at(url).orElseThrow().build(cancelled))
                .isInstanceOf(Refusal.class);
        build(url);
        assertThat(lines).anyMatch(line -> line.contains("its last version is used: "));
    }

    /** Which knew it from the file that git writes. */
    @Test
    void theLastVersionThatTheVersionBeforeHasKeptIsUsed() throws IOException {
        String url = builtOnce();
        try (Stream<Path> kept = Files.list(folder.resolve("cache/buildpacks"))) {
            Path repository = kept.findFirst().orElseThrow();
            assertThat(repository.resolve("FETCH_HEAD")).exists();
            Files.delete(repository.resolve("last-fetched"));
            Files.createDirectory(repository.resolve("last-fetched"));
        }
        for (int i = 0; i < 2; i++) {
            build(url);
            assertThat(lines).anyMatch(line -> line.contains("its last version is used: "));
        }
    }

    /** The URL of a buildpack whose server is away since. */
    private String builtOnce() throws IOException {
        git(pack, "init", "-q", "-b", "main");
        commit("one");
        git(folder, "clone", "-q", "--bare", pack.toString(), "www/pack.git");
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www"))) {
            String url = server.url("pack.git");
            build(url);
            return url;
        }
    }

    /** It is read into memory, and a build can write there. */
    @Test
    void aHugeFileInTheCacheIsNotTakenForTheLastVersion() throws IOException {
        git(pack, "init", "-q", "-b", "main");
        commit("one");
        git(folder, "clone", "-q", "--bare", pack.toString(), "www/pack.git");
        String url;
        try (GitHttpServer server = new GitHttpServer(folder.resolve("www"))) {
            url = server.url("pack.git");
            build(url);
        }
        try (Stream<Path> kept = Files.list(folder.resolve("cache/buildpacks"))) {
            Path head = kept.findFirst().orElseThrow().resolve("last-fetched");
            Files.writeString(head, Files.readString(head) + "x".repeat(10_000));
        }
        assertThatThrownBy(() -> build(url)).isInstanceOf(Refusal.class).hasMessageContaining("cannot be fetched");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedForLongerThanTheBuildMayTake() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/pack.git";
            Instant deadline = Instant.now().plusSeconds(2);
            Build build =
                    TestBuild.until(deadline, folder, environment, Map.of(), new Runtimes(environment), lines::add);

            assertThatThrownBy(() -> ClassicBuildpack.at(url).orElseThrow().build(build))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith("the buildpack " + url + " cannot be fetched: ")
                    .hasMessageContaining("time limit");
        }
    }

    private void commit(String message) {
        git(pack, "add", "-A");
        git(pack, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-q", "-m", message);
    }

    private void git(Path where, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("git"));
        all.addAll(List.of(arguments));
        Command.of(all).in(where).environment(environment).collect();
    }

    @Test
    void saysWhatKeepsAProgramOfItFromBeingStarted() throws IOException {
        Files.writeString(pack.resolve("bin/compile"), "#!/usr/bin/env bash\r\necho\r\n");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("the buildpack " + pack + " cannot be run: the first line of bin/compile ends"
                        + " with CR, as Windows writes lines: ");
        program("compile", "./build.sh");
        Files.writeString(app.resolve("build.sh"), "#!/bin/sh\n");
        assertThatThrownBy(this::build)
                .hasMessage("bin/compile failed with exit status 126 (buildpack " + pack + "): build.sh is not"
                        + " executable: run `chmod +x build.sh` and `git add --chmod=+x build.sh`, commit and push");
    }
}
