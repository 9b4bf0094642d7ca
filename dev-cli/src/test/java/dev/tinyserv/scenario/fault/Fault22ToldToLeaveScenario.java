package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.Durations;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.KeptAgent;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Row 22. The agent is told to leave at points that are spread over a push: it finishes it or refuses it, and leaves. */
class Fault22ToldToLeaveScenario {
    private static final int POINTS = Campaign.count(4, 200);
    private static final int RATE = 200;

    /** The points reach beyond the end of a usual push. */
    private static final int REACH_PERCENT = 120;

    /** Of the last point: one push at least must be finished for the run to say anything, on a busy machine too. */
    private static final int LAST_PERCENT = 500;

    private static final Duration LEAVES_WITHIN = Campaign.time(Duration.ofMinutes(1), Duration.ofSeconds(30));
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private final KeptAgent agent = KeptAgent.of(STAGE.server());
    private final Durations leaving = new Durations();

    @Test
    void aPushIsFinishedOrRefusedAndTheAgentLeavesInTime() {
        Witness witness = Witness.of(STAGE.probe(), STAGE.server().root());
        FaultRun run = FaultRun.of(22, "SIGTERM to the agent in a push");
        long millis = millisOfTheFirstPush(witness.app());
        int finished = 0;
        try (Load load = Load.on(witness.port(), RATE)) {
            while (run.count() < POINTS) {
                long after = millis * percent(run.count()) / 100;
                String when = "told to leave " + after + " ms after the start of a push of about " + millis + " ms";
                int before = witness.version();
                Result push = pushAndTellToLeave(witness.app().commit(when), after);
                run.injected();
                STAGE.server().startup();

                if (push.succeeded()) {
                    finished++;
                    assertThat(witness.commit())
                            .as("a finished push is live, %s", when)
                            .isEqualTo(witness.app().head());
                } else {
                    assertThat(witness.version())
                            .as("a refused push is not live, %s: %s", when, push)
                            .isEqualTo(before);
                }
                witness.requireAgreement(when);
                Remains.mustBeNone(STAGE.server().root(), when);
            }
            run.kept(load.stop().mustBeFlawless(POINTS));
        }
        run.note(finished + " pushes finished, " + (POINTS - finished) + " refused");
        run.note("left in " + leaving);
        assertThat(finished)
                .as("pushes that were finished, void without any of either kind")
                .isBetween(1, POINTS - 1);
        run.finish(POINTS, POINTS * RATE / 10);
    }

    /** Every push of the run is the first that its agent sees, and takes longer than a later one. */
    private long millisOfTheFirstPush(App app) {
        pushAndTellToLeave(app.commit("Tell to leave before it is measured"), 0);
        STAGE.server().startup();
        long began = System.nanoTime();
        app.commit("Measure").push().mustSucceed();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private static int percent(int point) {
        return point == POINTS - 1 ? LAST_PERCENT : REACH_PERCENT * point / (POINTS - 2);
    }

    private Result pushAndTellToLeave(App app, long afterMillis) {
        long pid = agent.pid();
        try (Running push = app.startPush()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
            long told = System.nanoTime();
            Pids.signal("TERM", pid);
            Eventually.until("the agent has left", LEAVES_WITHIN, () -> !Pids.isAlive(pid), push::err);
            leaving.add(Duration.ofNanos(System.nanoTime() - told));
            return push.await(LIMIT);
        }
    }
}
