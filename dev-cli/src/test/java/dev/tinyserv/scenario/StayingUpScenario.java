package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Running;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What stays up, what comes back, and what does not. */
@Tag("thorough")
class StayingUpScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static JsonNode instance(App app) {
        return Json.of(app.verb("ps", "--json")).get(0);
    }

    @Test
    void afterARebootWhatShouldBeUpIsUpAndWhatWasStoppedStaysStopped() {
        App up = STAGE.probe();
        App stopped = STAGE.probe();
        App worker = STAGE.developer()
                .sample("shell-worker", STAGE.newName("worker"))
                .deploy();
        stopped.verb("ps:stop").mustSucceed();
        int upPort = up.port();
        int stoppedPort = stopped.port();
        int pid = instance(up).at("/pid").asInt();

        STAGE.server().shutdown();
        assertThat(Pids.isAlive(pid)).isFalse();
        assertThat(STAGE.sandbox().processes()).as("shutdown leaves nothing").isEmpty();

        STAGE.server().startup();
        assertThat(Http.text(upPort, "/")).isEqualTo("v2\n");
        assertThat(Http.get(stoppedPort, "/").status()).isEqualTo(503);
        assertThat(instance(worker).at("/state").asString()).isEqualTo("up");
    }

    @Test
    void aSecondStartupIsHarmless() {
        App app = STAGE.probe();
        long agent = STAGE.server().agentPid();

        STAGE.server().startup();

        assertThat(STAGE.server().agentPid()).isEqualTo(agent);
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void aCrashedAppIsRestartedAndItsExitStatusIsShown() {
        App app = STAGE.probe();
        int pid = instance(app).at("/pid").asInt();

        Http.get(app.port(), "/exit?7");

        Eventually.until("it is back", () -> Http.get(app.port(), "/").status() == 200);
        JsonNode instance = instance(app);
        assertThat(instance.at("/pid").asInt()).isNotEqualTo(pid);
        assertThat(instance.at("/restarts").asInt()).isEqualTo(1);
        assertThat(instance.at("/lastExit").asInt()).isEqualTo(7);
        assertThat(app.verb("logs", "-n", "100").mustSucceed().out())
                .contains("tinyserv[run]: web.1 exited with status 7 ")
                .contains("app[web.1]: listening");
    }

    @Test
    void aKilledAppIsRestarted() {
        App app = STAGE.probe();
        int pid = Integer.parseInt(Http.text(app.port(), "/pid").strip());

        Pids.signal("KILL", pid);

        Eventually.until(
                "another process answers",
                () -> Integer.parseInt(Http.text(app.port(), "/pid").strip()) != pid);
    }

    @Test
    void aBuildWhoseAgentIsKilledLeavesNothingAndThePushCanBeRepeated() {
        App app =
                STAGE.developer().sample("node-hello", STAGE.newName("orphan")).deploy();
        String before = app.head();
        app.write("package.json", """
                        {"name": "x", "version": "1.0.0", "scripts": {"start": "node server.js",
                         "build": "[ -e /proc/self/no ] || { echo building-now; exec sleep 7541; }"}}
                        """).commit("Build for ever");
        try (Running push = app.startPush()) {
            Eventually.until("the build runs", () -> push.err().contains("building-now"), push::err);

            Pids.signal("KILL", STAGE.server().agentPid());

            push.await(Duration.ofSeconds(20)).mustFail();
        }
        Eventually.until(
                "the agent is back and has cleaned up",
                () -> app.developer().ssh("apps").succeeded()
                        && STAGE.sandbox().processes("sleep\0" + 7541).isEmpty());
        assertThat(app.deployedCommit()).isEqualTo(before);
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
        app.developer().git("reset", "-q", "--hard", before).mustSucceed();
        app.commit("Better").push().mustSucceed();
    }

    @Test
    void anAppThatDiesWhileTheAgentIsAwayIsBackWithItsExitStatus() {
        App app = STAGE.probe();
        int port = app.port();
        int pid = Integer.parseInt(Http.text(port, "/pid").strip());

        Pids.signal("KILL", STAGE.server().agentPid());
        Http.get(port, "/exit?6");

        Eventually.until(
                "another process answers",
                () -> Integer.parseInt(Http.text(port, "/pid").strip()) != pid);
        Eventually.until(
                "its exit status is known",
                () -> told(app).contains("tinyserv[run]: web.1 exited with status 6 "),
                () -> told(app));
    }

    /** Without the router's lines: there is one for each request that came while nothing answered. */
    private static String told(App app) {
        return app.verb("logs", "-s", "tinyserv").out();
    }
}
