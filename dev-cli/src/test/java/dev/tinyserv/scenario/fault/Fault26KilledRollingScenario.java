package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.KeptAgent;
import dev.tinyserv.scenario.Json;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Row 26. The agent is killed in the middle of a rolling deploy or of a scale, under load: all processes are those of the
 * release that counts, as many as are wanted, and no request is lost.
 */
class Fault26KilledRollingScenario {
    private static final int KILLS = Campaign.count(4, 200);
    private static final int RATE = 100;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int PROCESSES = 3;

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private final KeptAgent agent = KeptAgent.of(STAGE.server());
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private interface Deed {
        Running start();
    }

    @Test
    void aDeployInGroupsWhoseAgentIsKilledHasHappenedOrHasNot() {
        Witness app = Witness.of(STAGE.probe(), STAGE.server().root());
        app.app().verb("ps:scale", "web=" + PROCESSES).mustSucceed();
        app.app().verb("ps:set", "web", "surge=1").mustSucceed();
        long millis = millisOf(() -> app.app().commit("Measure").startPush());
        FaultRun run = FaultRun.of(26, "kill -9 of the agent, each in a deploy in groups");
        try (Load load = Load.on(app.port(), RATE)) {
            while (run.count() < KILLS) {
                String when = "kill " + (run.count() + 1) + " of seed " + seed;
                kill(() -> app.app().commit(when).startPush(), random.nextLong(millis));
                run.injected();
                requireOneRelease(app, PROCESSES, when);
            }
            run.kept(load.stop().mustBeFlawless(KILLS));
        }
        app.app().commit("After all").push().mustSucceed();
        requireOneRelease(app, PROCESSES, "after all");
        run.finish(KILLS, KILLS * RATE / 10);
    }

    @Test
    void aScaleWhoseAgentIsKilledHasHappenedOrHasNot() {
        Witness app = Witness.of(STAGE.probe(), STAGE.server().root());
        long millis = millisOf(() -> scale(app.app(), 4));
        FaultRun run = FaultRun.of(26, "kill -9 of the agent, each in a scale");
        int wanted = 4;
        try (Load load = Load.on(app.port(), RATE)) {
            while (run.count() < KILLS) {
                String when = "kill " + (run.count() + 1) + " of seed " + seed;
                int next = 1 + random.nextInt(6);
                kill(() -> scale(app.app(), next), random.nextLong(millis));
                run.injected();
                String told = app.app().verb("ps:scale").mustSucceed().out();
                assertThat(told).as(when).isIn("web=" + wanted + "\n", "web=" + next + "\n");
                wanted = Integer.parseInt(told.strip().substring("web=".length()));
                requireOneRelease(app, wanted, when);
            }
            run.kept(load.stop().mustBeFlawless(KILLS));
        }
        run.finish(KILLS, KILLS * RATE / 10);
    }

    private static Running scale(App app, int count) {
        return app.developer().startSsh("ps:scale", "-a", app.name(), "web=" + count);
    }

    private static long millisOf(Deed deed) {
        long began = System.nanoTime();
        try (Running running = deed.start()) {
            running.await(LIMIT).mustSucceed();
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private void kill(Deed deed, long afterMillis) {
        long former = agent.pid();
        ProcessHandle keeper = agent.keeper();
        try (Running running = deed.start()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
            agent.kill();
            agent.awaitNext(former, keeper, LIMIT);
            running.await(LIMIT);
        }
    }

    /** Fails unless before long exactly so many processes are there, all up and of the current release. */
    private static void requireOneRelease(Witness app, int count, String when) {
        assertThat(app.branch())
                .as("the branch is where the release is, %s", when)
                .isEqualTo(app.commit());
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            expected.add("web." + i + " up v" + app.version());
        }
        Eventually.until(
                "the processes are those of the release, " + when,
                LIMIT,
                () -> processes(app.app()).equals(expected) && app.instances() == count,
                () -> processes(app.app()) + " are there, expected " + expected);
    }

    private static List<String> processes(App app) {
        List<String> processes = new ArrayList<>();
        for (JsonNode each : Json.of(app.verb("ps", "--json").mustSucceed().out())) {
            processes.add(each.at("/name").asString("") + " "
                    + each.at("/state").asString("") + " " + each.at("/release").asString(""));
        }
        return processes;
    }
}
