package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.Json;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An app that ignores SIGTERM and hides a child: it is gone all the same, whatever ends it. */
class Fault08StubbornAppScenario {
    /** Of a grace of 3 s; a busy machine gets more outside campaigns. */
    private static final Duration BAR = Campaign.bar(Duration.ofSeconds(4));

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static List<Long> pids(App app) {
        return Http.text(app.port(), "/").lines().map(Long::parseLong).toList();
    }

    private static App stubborn() {
        App app =
                STAGE.developer().sample("stubborn", STAGE.newName("stubborn")).deploy();
        assertThat(pids(app)).hasSize(2).allMatch(Pids::isAlive);
        return app;
    }

    @Test
    void psStopEndsItsWholeTreeWithinTheGraceAndASecond() {
        int stops = Campaign.count(2, 12);
        FaultRun run = FaultRun.of(8, "stop of an app that ignores SIGTERM and double-forks");
        App app = stubborn();
        for (int i = 0; i < stops; i++) {
            List<Long> pids = pids(app);

            long before = System.nanoTime();
            app.verb("ps:stop").mustSucceed();
            Duration took = Duration.ofNanos(System.nanoTime() - before);

            assertThat(pids).hasSize(2).noneMatch(Pids::isAlive);
            assertThat(took)
                    .as("the grace of 3 s was given, and in a campaign at most a second more, also counting ssh")
                    .isBetween(Duration.ofMillis(2_500), BAR);
            run.injected();
            app.verb("ps:start").mustSucceed();
        }
        run.finish(stops, 0);
    }

    @Test
    void aDeployEndsTheOldTree() {
        App app = stubborn();
        List<Long> pids = pids(app);

        app.commit("Again").push().mustSucceed();

        assertThat(pids(app)).doesNotContainAnyElementsOf(pids);
        Eventually.until("the old tree is gone", () -> pids.stream().noneMatch(Pids::isAlive));
        assertThat(pids(app)).allMatch(Pids::isAlive);
    }

    @Test
    void aKilledShimTakesTheTreeWithIt() {
        App app = stubborn();
        List<Long> pids = pids(app);

        Pids.signal("KILL", Json.of(app.verb("ps", "--json")).at("/0/pid").asLong());

        Eventually.until(
                "a new tree serves and the old one is gone",
                () -> pids.stream().noneMatch(Pids::isAlive)
                        && Http.get(app.port(), "/").status() == 200);
    }

    @Test
    void destroyAndShutdownLeaveNothing() {
        App destroyed = stubborn();
        App running = stubborn();
        List<Long> first = pids(destroyed);
        List<Long> second = pids(running);

        destroyed.verb("apps:destroy", "-c", destroyed.name()).mustSucceed();
        assertThat(first).noneMatch(Pids::isAlive);
        assertThat(second).allMatch(Pids::isAlive);

        STAGE.server().shutdown();
        assertThat(second).noneMatch(Pids::isAlive);
        STAGE.server().startup();
        assertThat(pids(running)).hasSize(2);
    }
}
