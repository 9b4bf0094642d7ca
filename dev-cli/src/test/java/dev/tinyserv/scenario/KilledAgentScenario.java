package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The agent is killed at random moments of deploys, under load: each has happened or has not, and never half. */
class KilledAgentScenario {
    private static final int KILLS = 12;
    private static final Duration SOON = Duration.ofSeconds(20);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    @Test
    void aDeployWhoseAgentIsKilledHasHappenedOrHasNot() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        App app = STAGE.probe();
        long millis = millisOfADeploy(app);
        int happened = 0;
        try (Load load = Load.on(app.port(), 100)) {
            for (int i = 1; i <= KILLS; i++) {
                String what = "kill " + i + " of seed " + seed;
                int before = current(app).at("/version").asInt();
                Result push = pushAndKill(app.commit(what), random.nextLong(millis));

                STAGE.server().startup();

                JsonNode release = current(app);
                if (push.succeeded()) {
                    assertThat(release.at("/commit").asString())
                            .as("an acknowledged push is kept, %s", what)
                            .isEqualTo(app.head());
                }
                assertThat(app.deployedCommit())
                        .as("the branch is where the release is, %s", what)
                        .isEqualTo(release.at("/commit").asString());
                String page = "v" + release.at("/version").asInt() + "\n";
                assertThat(Http.text(app.port(), "/"))
                        .as("what is served, %s", what)
                        .isEqualTo(page);
                Eventually.until(
                        "one process is left, " + what,
                        SOON,
                        () -> Json.of(app.verb("ps", "--json")).size() == 1,
                        () -> app.verb("ps").all());
                happened += release.at("/version").asInt() > before ? 1 : 0;
            }
            load.stop().mustBeFlawless(100 * KILLS / 2);
        }
        assertThat(happened).as("some kills came before the commit point").isLessThan(KILLS);
        app.commit("After all").push().mustSucceed();
        assertThat(app.deployedCommit()).isEqualTo(app.head());
    }

    private static long millisOfADeploy(App app) {
        long began = System.nanoTime();
        app.commit("Measure").push().mustSucceed();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static Result pushAndKill(App app, long afterMillis) {
        long agent = STAGE.server().agentPid();
        try (Running push = app.startPush()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
            Pids.signal("KILL", agent);
            return push.await(SOON);
        }
    }

    private static JsonNode current(App app) throws IOException {
        Path file = STAGE.server().root().resolve("releases").resolve(app.name() + ".json");
        return Json.of(Files.readString(file));
    }
}
