package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.KeptAgent;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Row 1. The agent is killed at a random point of each deploy, under load: it has happened or has not, never half. */
class Fault01KilledAgentScenario {
    private static final int KILLS = Campaign.count(6, 500);
    private static final int RATE = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private final KeptAgent agent = KeptAgent.of(STAGE.server());
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void aDeployWhoseAgentIsKilledHasHappenedOrHasNot() {
        Witness deployed = Witness.of(STAGE.probe(), STAGE.server().root());
        Witness bystander = Witness.of(STAGE.probe(), STAGE.server().root());
        String bystanderPid = bystander.pid();
        long millis = millisOfADeploy(deployed.app());
        FaultRun run = FaultRun.of(1, "kill -9 of the agent, each in a deploy of its own");
        int happened = 0;
        int acknowledged = 0;
        try (Load onDeployed = Load.on(deployed.port(), RATE / 2);
                Load onBystander = Load.on(bystander.port(), RATE / 2)) {
            while (run.count() < KILLS) {
                String when = "kill " + (run.count() + 1) + " of seed " + seed;
                int before = deployed.version();
                String pidBefore = deployed.pid();
                Result push = pushAndKill(deployed.app().commit(when), random.nextLong(millis));
                run.injected();

                boolean live = deployed.version() > before;
                happened += live ? 1 : 0;
                acknowledged += push.succeeded() ? 1 : 0;
                if (push.succeeded()) {
                    assertThat(deployed.commit())
                            .as("an acknowledged push is kept, %s", when)
                            .isEqualTo(deployed.app().head());
                }
                deployed.requireAgreement(when);
                if (!live) {
                    assertThat(deployed.pid())
                            .as("the process of what was not replaced, %s", when)
                            .isEqualTo(pidBefore);
                }
                assertThat(bystander.pid())
                        .as("the process of another app, %s", when)
                        .isEqualTo(bystanderPid);
            }
            run.kept(onDeployed.stop().mustBeFlawless(KILLS));
            run.kept(onBystander.stop().mustBeFlawless(KILLS));
        }
        assertThat(happened)
                .as("some kills came before the commit point; %s pushes were acknowledged", acknowledged)
                .isLessThan(KILLS);
        deployed.app().commit("After all").push().mustSucceed();
        deployed.requireAgreement("after all");
        run.finish(KILLS, KILLS * RATE / 10);
    }

    private static long millisOfADeploy(App app) {
        long began = System.nanoTime();
        app.commit("Measure").push().mustSucceed();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private Result pushAndKill(App app, long afterMillis) {
        long former = agent.pid();
        ProcessHandle keeper = agent.keeper();
        try (Running push = app.startPush()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(afterMillis));
            agent.kill();
            agent.awaitNext(former, keeper, LIMIT);
            return push.await(LIMIT);
        }
    }
}
