package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agent or router are there and answer nothing: the verbs of the server say so soon, and replace or end them. */
@Tag("thorough")
class SilentAgentScenario {
    /** Without a limit the verbs wait for ever; this leaves room for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(60);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static Result soon(String verb) {
        return STAGE.server().startRemote(verb).await(SOON);
    }

    @Test
    void aStoppedAgentIsNamedAndReplaced() throws IOException {
        App app = STAGE.probe();
        int port = app.port();
        String process = Http.text(port, "/pid");
        long agent = STAGE.server().agentPid();
        Pids.signal("STOP", agent);
        String silent = "the agent (pid " + agent + ") does not answer";

        assertThat(soon("doctor").mustFail().out())
                .contains(silent, "`tinyserv-remote restart` replaces it", "port " + port + " of " + app.name());
        assertThat(soon("status").mustFail().err()).contains(silent, "`tinyserv-remote restart` replaces it");
        assertThat(soon("startup").mustFail().err()).contains(silent, "`tinyserv-remote restart` replaces it");
        Path socket = STAGE.server().root().resolve("run/agent.sock");
        Path aside = Files.move(socket, socket.resolveSibling("x.sock"));
        assertThat(soon("doctor").mustFail().out())
                .contains("agent pid " + agent + " runs, but its socket run/agent.sock is missing");
        Files.move(aside, socket);

        STAGE.server().restart();

        assertThat(Pids.isAlive(agent)).isFalse();
        assertThat(STAGE.server().agentPid()).isNotEqualTo(agent);
        assertThat(Http.text(port, "/pid")).as("the app was untouched").isEqualTo(process);
        app.verb("ps").mustSucceed();
    }

    @Test
    void aStoppedAgentIsShutDownWithTheApps() {
        App app = STAGE.probe();
        long process = Long.parseLong(Http.text(app.port(), "/pid").strip());
        long router = STAGE.server().routerPid();
        long agent = STAGE.server().agentPid();
        Pids.signal("STOP", agent);

        STAGE.server().shutdown();

        assertThat(List.of(agent, router, process)).noneMatch(Pids::isAlive);
        STAGE.server().startup();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void aStoppedRouterIsNamedSoonAndReplaced() {
        App app = STAGE.probe();
        long router = STAGE.server().routerPid();
        Pids.signal("STOP", router);

        assertThat(soon("doctor").mustFail().out()).contains("the router (pid " + router + ") does not answer");
        assertThat(soon("status").mustSucceed().out()).contains("router does not answer");

        STAGE.server().restart();

        assertThat(STAGE.server().routerPid()).isNotEqualTo(router);
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void aRouterWhoseSocketOfHandOversIsDeletedIsReplaced() throws IOException {
        App app = STAGE.probe();
        long router = STAGE.server().routerPid();
        Files.delete(STAGE.server().root().resolve("run/router-handover.sock"));

        STAGE.server().restart();

        assertThat(STAGE.server().routerPid()).isNotEqualTo(router);
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    /** Nor can it make the lock again: the next router has it, and no port. */
    @Test
    void aStoppedRouterWhoseLockIsDeletedIsEnded() throws IOException {
        App app = STAGE.probe();
        long router = STAGE.server().routerPid();
        long keeper = ProcessHandle.of(router)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        Pids.signal("STOP", router);
        Files.delete(STAGE.server().root().resolve("run/router.lock"));

        STAGE.server().restart();

        assertThat(List.of(router, keeper))
                .as("the router, and what would start another")
                .noneMatch(Pids::isAlive);
        Eventually.until(
                "the new router has the port", () -> Http.get(app.port(), "/").status() == 200);
    }

    @Test
    void whyAnAgentDoesNotComeBackIsTold() throws IOException {
        Path key = STAGE.server().root().resolve("host-keys/ssh_host_ed25519_key");
        Path kept = key.resolveSibling("kept");
        Files.move(key, kept);
        Files.createDirectory(key);
        try {
            Pids.signal("KILL", STAGE.server().agentPid());
            Eventually.until(
                    "the reason is told",
                    () -> STAGE.server().remote("apps").err().contains("takes no calls: its last start failed"));
            assertThat(STAGE.server().remote("apps").mustFail().err()).contains(key.toString());
        } finally {
            Files.delete(key);
            Files.move(kept, key);
        }
        Eventually.until("it is back", () -> STAGE.server().remote("apps").exit() == 0);
    }

    @Test
    void whereNothingCanBeWrittenNothingIsReplaced() throws IOException {
        long agent = STAGE.server().agentPid();
        Path obstacle = STAGE.server().root().resolve("run/writable");
        Files.createDirectories(obstacle.resolve("x"));
        try {
            assertThat(STAGE.server().remote("restart").mustFail().err())
                    .contains("cannot write to " + STAGE.server().root().resolve("run"), "nothing was replaced");
            assertThat(STAGE.server().agentPid()).isEqualTo(agent);
        } finally {
            Files.delete(obstacle.resolve("x"));
            Files.delete(obstacle);
        }
    }
}
