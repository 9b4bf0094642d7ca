package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Ports;
import dev.tinyserv.fixtures.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody deletes {@code run/} or the socket in it while tinyserv runs: nothing is started twice, and all can be ended. */
@Tag("thorough")
class DeletedRunScenario {
    @Test
    void startupNamesWhatRunsAndShutdownEndsIt() throws Exception {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            int port = app.port();
            long agent = stage.server().agentPid();
            Folders.delete(stage.server().root().resolve("run"));
            assertThat(app.developer().ssh("doctor").mustFail().out())
                    .contains("run/agent.sock is missing")
                    .doesNotContain("no app answers");

            Result startup = stage.server().remote("startup").mustFail();

            assertThat(startup.err()).contains(Long.toString(agent), "run/ are gone", "tinyserv-remote shutdown");
            assertThat(Http.text(port, "/")).isEqualTo("v2\n");

            stage.server().remote("shutdown").mustSucceed();

            assertThat(stage.server().sandbox().processes()).isEmpty();
            assertThat(Ports.isFree(port)).isTrue();
            stage.server().startup();
            assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        }
    }

    @Test
    void aDeletedSocketIsMadeAgainAndEachVerbDoesWhatItShould() throws Exception {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            long agent = stage.server().agentPid();
            Path socket = stage.server().root().resolve("run/agent.sock");

            Files.delete(socket);
            assertThat(stage.server().remote("startup").mustSucceed().err()).contains("pid " + agent);

            Files.delete(socket);
            stage.server().restart();
            assertThat(stage.server().agentPid()).isNotEqualTo(agent);
            assertThat(Pids.isAlive(agent)).isFalse();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

            long next = stage.server().agentPid();
            long process = Long.parseLong(Http.text(app.port(), "/pid").strip());
            Files.delete(socket);
            stage.server().shutdown();
            assertThat(List.of(next, process)).noneMatch(Pids::isAlive);
        }
    }
}
