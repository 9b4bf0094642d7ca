package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.HttpConnection;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.LoadReport;
import dev.tinyserv.fixtures.Pids;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** 200 requests a second, a third of them POSTs: not one fails, whatever is done to the app or to the agent. */
class NoLostRequestScenario {
    private static final int LEAST = 100;

    @AutoClose
    private static final Stage STAGE = Stage.start();

    /** Puts load on a new app, does something to it, and lets the load go on for a while. */
    private static LoadReport whileUnderLoad(Consumer<App> deed) {
        App app = STAGE.probe();
        try (Load load = Load.on(app.port(), 200)) {
            Eventually.until("the load is on", () -> load.answered() > 30);
            deed.accept(app);
            int then = load.answered();
            Eventually.until("the load goes on", () -> load.answered() > then + 60);
            return load.stop();
        } finally {
            app.verb("ps:stop").mustSucceed();
        }
    }

    @Test
    void aDeploy() {
        LoadReport report =
                whileUnderLoad(app -> app.commit("Again").push().mustSucceed()).mustBeFlawless(LEAST);
        assertThat(report.bodies()).containsOnlyKeys("v2", "v3");
    }

    @Test
    void aFailedDeploy() {
        whileUnderLoad(app -> app.write("server.js", "process.exit(1)")
                        .commit("Bad")
                        .push()
                        .mustFail())
                .mustBeFlawless(LEAST);
    }

    @Test
    void aRestartOfTheApp() {
        whileUnderLoad(app -> app.verb("ps:restart").mustSucceed()).mustBeFlawless(LEAST);
    }

    @Test
    void aConfigChangeAndARollback() {
        LoadReport report = whileUnderLoad(app -> {
                    app.verb("config:set", "A=1").mustSucceed();
                    app.verb("rollback", "v2").mustSucceed();
                })
                .mustBeFlawless(LEAST);
        assertThat(report.bodies()).containsOnlyKeys("v2", "v3", "v4");
    }

    @Test
    void anUpgradeOfAgentAndRouterLeavesTheAppsAlone() {
        App app = STAGE.probe();
        int pid = Json.of(app.verb("ps", "--json")).at("/0/pid").asInt();
        long agent = STAGE.server().agentPid();
        long router = STAGE.server().routerPid();
        try (Load load = Load.on(app.port(), 200)) {
            Eventually.until("the load is on", () -> load.answered() > 30);

            STAGE.server().restart();

            assertThat(STAGE.server().agentPid()).isNotEqualTo(agent);
            assertThat(STAGE.server().routerPid()).isNotEqualTo(router);
            assertThat(Json.of(app.verb("ps", "--json")).at("/0/pid").asInt()).isEqualTo(pid);
            assertThat(Json.of(app.verb("ps", "--json")).at("/0/restarts").asInt())
                    .isZero();
            load.stop().mustBeFlawless(LEAST);
        }
    }

    @Test
    void theDeathOfTheAgentWhichIsBackSoonAndKnowsItsApps() {
        App app = STAGE.probe();
        int pid = Json.of(app.verb("ps", "--json")).at("/0/pid").asInt();
        long agent = STAGE.server().agentPid();
        try (Load load = Load.on(app.port(), 200)) {
            Eventually.until("the load is on", () -> load.answered() > 30);

            Pids.signal("KILL", agent);

            Eventually.until(
                    "the agent is back", () -> app.developer().ssh("apps").succeeded());
            assertThat(STAGE.server().agentPid()).isNotEqualTo(agent);
            assertThat(Json.of(app.verb("ps", "--json")).at("/0/pid").asInt()).isEqualTo(pid);
            app.commit("After").push().mustSucceed();
            load.stop().mustBeFlawless(LEAST);
        }
        assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
    }

    @Test
    void aKilledRouterIsBackWithItsRoutes() {
        App app = STAGE.probe();
        long router = STAGE.server().routerPid();

        Pids.signal("KILL", router);

        Eventually.until("the router serves again", () -> {
            try {
                return Http.get(app.port(), "/").status() == 200;
            } catch (UncheckedIOException e) {
                return false; // nobody listens at this moment
            }
        });
        assertThat(STAGE.server().routerPid()).isNotEqualTo(router);
        app.commit("After").push().mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
    }

    @Test
    void aSlowRequestThatIsUnderWayIsFinishedByTheOldRelease() throws Exception {
        App app = STAGE.probe();
        try (var connection = new HttpConnection(app.port())) {
            connection.send("GET /slow?2500 HTTP/1.1\r\nHost: x\r\n\r\n");
            app.commit("Again").push().mustSucceed();

            var reply = connection.read();

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text()).isEqualTo("v2\n");
        }
        assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
    }
}
