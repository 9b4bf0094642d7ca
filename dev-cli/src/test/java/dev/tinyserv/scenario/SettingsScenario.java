package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Settings, from the environment and from the file. */
@Tag("thorough")
class SettingsScenario {
    @Test
    void theyAreShownWithWhereTheyCameFrom() throws IOException {
        try (Server server = new Server(Sandbox.create(), Map.of())) {
            Files.writeString(server.root().resolve("settings.properties"), "TINYSERV_KEEP_SLUGS=7\n");

            Result result = server.remote("settings").mustSucceed();

            assertThat(result.out())
                    .containsPattern("TINYSERV_KEEP_SLUGS\\W+7\\b")
                    .contains("settings.properties")
                    .contains("environment")
                    .contains("default")
                    .contains("TINYSERV_BUILD_TIMEOUT")
                    .contains("TINYSERV_HTTP_PORT");
        }
    }

    @Test
    void badOnesAreReportedAllTogetherNamingSourceAndRemedy() throws IOException {
        Map<String, String> bad = Map.of("TINYSERV_SSH_PORT", "99999", "TINYSERV_BUILD_TIMEOUT", "soon");
        try (Server server = new Server(Sandbox.create(), bad)) {
            Files.writeString(
                    server.root().resolve("settings.properties"),
                    "TINYSERV_KEEP_SLUGS=many\nTINYSERV_COLOUR=blue\nTINYSERV_MAX_FILES=1\nTINYSERV_MAX_FILES=2\n");

            Result result = server.remote("startup").mustFail();

            assertThat(result.err())
                    .contains("TINYSERV_SSH_PORT=99999 (environment)")
                    .contains("TINYSERV_BUILD_TIMEOUT=soon (environment)")
                    .contains("TINYSERV_KEEP_SLUGS=many")
                    .contains("TINYSERV_COLOUR")
                    .contains("TINYSERV_MAX_FILES")
                    .contains("settings.properties")
                    .doesNotContain("Exception");
            assertThat(server.sandbox().processes()).isEmpty();
        }
    }

    @Test
    void withoutARootThereIsOneLineThatSaysWhatToDo() {
        try (Server server = new Server(Sandbox.create(), Map.of())) {
            Result result = server.shell()
                    .without("TINYSERV_ROOT")
                    .run(server.command().toString(), "startup")
                    .mustFail();

            assertThat(result.err().strip())
                    .contains("TINYSERV_ROOT")
                    .contains("export")
                    .hasLineCount(1);
        }
    }

    @Test
    void aMistypedRootIsLeftAlone() {
        try (Server server = new Server(Sandbox.create(), Map.of()).startup()) {
            Path mistyped = server.sandbox().folder().resolve("mistyped");
            Shell shell = server.shell().with("TINYSERV_ROOT", mistyped.toString());
            String command = server.command().toString();
            for (String verb : List.of("settings", "keys")) {
                shell.run(command, verb).mustSucceed();
                assertThat(mistyped).as(verb).doesNotExist();
            }
            assertThat(shell.run(command, "keys:remove", "ada").mustFail().err())
                    .contains("no key has the name or fingerprint 'ada'");
            assertThat(mistyped).doesNotExist();
            for (String verb : List.of("startup", "restart")) {
                assertThat(shell.run(command, verb).mustFail().err())
                        .contains(
                                "there is no folder " + mistyped + ", and a new server there could not listen on port "
                                        + server.sandbox().ports().ssh())
                        .contains("correct TINYSERV_ROOT");
            }
            assertThat(mistyped).doesNotExist();
        }
    }

    @Test
    void aNewServerMakesItsRoot() throws IOException {
        Sandbox sandbox = Sandbox.create();
        try (Server server = new Server(sandbox, Map.of())) {
            Files.move(server.root(), sandbox.folder().resolve("elsewhere"));
            String key = sandbox.publicKey(sandbox.key());
            server.remoteWithInput(key, "keys:add", "ada").mustSucceed();
            try (Stream<Path> made = Files.list(server.root())) {
                assertThat(made)
                        .extracting(Path::getFileName)
                        .map(Path::toString)
                        .containsExactly("authorized_keys");
            }
            Files.delete(server.root().resolve("authorized_keys"));
            Files.delete(server.root());
            assertThat(server.remote("startup").mustSucceed().all())
                    .contains("There is no folder " + server.root() + ": a new server begins there\n", " is up: pid ");
            assertThat(server.root().resolve("apps")).isDirectory();
        }
    }

    @Test
    void aTakenSshPortIsNamedAtStartup() throws IOException {
        Sandbox sandbox = Sandbox.create();
        try (Server server = new Server(sandbox, Map.of());
                var stranger = new ServerSocket(sandbox.ports().ssh())) {
            Result result = server.remote("startup").mustFail();

            assertThat(result.err())
                    .contains(Integer.toString(stranger.getLocalPort()))
                    .contains("TINYSERV_SSH_PORT");
            assertThat(sandbox.processes()).as("what the failed start left").isEmpty();
        }
    }

    @Test
    void keysSettingsAndStatusWorkWhileNoAgentRuns() {
        try (Server server = new Server(Sandbox.create(), Map.of())) {
            server.addKey(server.sandbox().key(), "ada");
            assertThat(server.remote("keys").mustSucceed().out()).contains("ada");
            server.remote("settings").mustSucceed();
            assertThat(server.remote("status").all()).contains("tinyserv does not run");
            assertThat(server.remote("apps").mustFail().err())
                    .contains("tinyserv does not run under ", "`tinyserv-remote startup` starts it");
            server.remote("shutdown").mustSucceed();
        }
    }
}
