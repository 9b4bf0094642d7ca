package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ports that strangers have. */
@Tag("thorough")
class PortsScenario {
    private static ServerSocket stranger(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(port));
        return socket;
    }

    @Test
    void theFirstAppGetsTheStartPortAndTakenOnesArePassedOver() throws IOException {
        Sandbox sandbox = Sandbox.create();
        int start = sandbox.ports().start();
        try (Stage stage = Stage.start(new Server(sandbox, Map.of()));
                ServerSocket taken = stranger(start + 1)) {
            assertThat(taken.isBound()).isTrue();
            App first = stage.developer().sample("probe", "first").create();
            App second = stage.developer().sample("probe", "second").create();

            assertThat(first.port()).isEqualTo(start);
            assertThat(second.port()).isEqualTo(start + 2);
            first.verb("apps:destroy", "-c", "first").mustSucceed();
            assertThat(stage.developer().sample("probe", "third").create().port())
                    .isEqualTo(start);
        }
    }

    @Test
    void aStablePortThatAStrangerTookIsReportedRetriedAndNeverMoved() throws IOException {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            App other = stage.probe();
            int port = app.port();
            stage.server().shutdown();

            try (ServerSocket stranger = stranger(port)) {
                assertThat(stranger.isBound()).isTrue();
                stage.server().remote("startup");
                assertThat(Http.text(other.port(), "/")).isEqualTo("v2\n");
                assertThat(app.port()).isEqualTo(port);
                Eventually.until(
                        "it is reported",
                        () -> app.verb("logs", "-n", "50").out().contains(Integer.toString(port)));
                assertThat(app.verb("redeploy").mustSucceed().out())
                        .contains("the router cannot listen on port " + port)
                        .contains("Launched v3, but the router does not have port " + port)
                        .doesNotContain("http://");
                assertThat(app.verb("config:set", "A=1").mustSucceed().err())
                        .contains("the router cannot listen on port " + port);
            }

            Eventually.until("it is served again", () -> Http.get(port, "/").status() == 200);
        }
    }

    @Test
    void anSshPortThatIsAnAppsIsToldAsThat() throws IOException {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            int port = app.port();
            Map<String, String> changed = Map.of("TINYSERV_SSH_PORT", Integer.toString(port));
            Server server = new Server(stage.sandbox(), changed);
            stage.server().shutdown();

            Result startup = server.remote("startup");
            Result doctor = server.remote("doctor");

            assertThat(startup.all() + doctor.all()).doesNotContain("end it");
            assertThat(doctor.out())
                    .contains("port " + port + " of " + app.name() + " is TINYSERV_SSH_PORT, too")
                    .contains("set TINYSERV_SSH_PORT to another port");
            assertThat(startup.all()).contains("TINYSERV_SSH_PORT", app.name());
            server.remote("shutdown");
            stage.server().startup();
            assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        }
    }
}
