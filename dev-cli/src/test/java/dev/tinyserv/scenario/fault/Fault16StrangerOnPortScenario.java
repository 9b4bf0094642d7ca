package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Ports;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.Stranger;
import dev.tinyserv.scenario.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Strangers that listen on ports which instances were to have. */
class Fault16StrangerOnPortScenario {
    private static final int PORTS = 10;
    private static final int STRANGERS = 7;

    @Test
    void anInstanceGetsAnotherPortAndNoRequestReachesTheStranger() {
        Sandbox sandbox = Sandbox.create();
        Ports ports = sandbox.ports();
        int deploys = Campaign.count(4, 40);
        FaultRun run = FaultRun.of(16, "stranger on an instance port");
        List<Stranger> strangers = new ArrayList<>();
        // All but three ports are taken, so that each deploy must meet strangers.
        String range = ports.firstInstance() + "-" + (ports.firstInstance() + PORTS - 1);
        try (Stage stage = Stage.start(new Server(sandbox, Map.of("TINYSERV_INSTANCE_PORTS", range)))) {
            for (int i = 0; i < STRANGERS; i++) {
                strangers.add(Stranger.on(ports.firstInstance() + i));
            }
            App app = stage.probe();

            for (int i = 0; i < deploys; i++) {
                app.commit("Again").push().mustSucceed();
                assertThat(Http.text(app.port(), "/")).isEqualTo("v" + (3 + i) + "\n");
                run.injected();
            }
            killOne(app);

            assertThat(strangers).allSatisfy(each -> assertThat(each.visitors()).isZero());
            run.finish(deploys, 0);
        } finally {
            strangers.forEach(Stranger::close);
        }
    }

    /** A restart after a crash takes a port, too. */
    private static void killOne(App app) {
        int pid = Integer.parseInt(Http.text(app.port(), "/pid").strip());
        Pids.signal("KILL", pid);
        Eventually.until(
                "another process answers",
                () -> Integer.parseInt(Http.text(app.port(), "/pid").strip()) != pid);
    }
}
