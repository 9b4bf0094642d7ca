package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Ports;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ports that strangers have. */
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
    void aStrangerOnInstancePortsGetsNoRequestAndTheDeploySucceeds() throws IOException {
        Sandbox sandbox = Sandbox.create();
        Ports ports = sandbox.ports();
        List<ServerSocket> strangers = new ArrayList<>();
        // All but three ports are taken, so the server must meet strangers.
        String range = ports.firstInstance() + "-" + (ports.firstInstance() + 9);
        try (Stage stage = Stage.start(new Server(sandbox, Map.of("TINYSERV_INSTANCE_PORTS", range)))) {
            for (int i = 0; i < 7; i++) {
                strangers.add(stranger(ports.firstInstance() + i));
            }

            App app = stage.probe();

            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
            app.commit("Again").push().mustSucceed();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
            for (ServerSocket stranger : strangers) {
                stranger.setSoTimeout(1);
                assertThatThrownBy(() -> stranger.accept().close())
                        .as("no connection waits at %s", stranger)
                        .isInstanceOf(SocketTimeoutException.class);
            }
        } finally {
            for (ServerSocket stranger : strangers) {
                stranger.close();
            }
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
                        Duration.ofSeconds(10),
                        () -> app.verb("logs", "-n", "50").out().contains(Integer.toString(port)));
            }

            Eventually.until(
                    "it is served again",
                    Duration.ofSeconds(15),
                    () -> Http.get(port, "/").status() == 200);
        }
    }
}
