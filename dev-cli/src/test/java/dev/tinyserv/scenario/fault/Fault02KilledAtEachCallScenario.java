package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.DiskTrap;
import dev.tinyserv.fixtures.fault.Durations;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.KeptAgent;
import dev.tinyserv.fixtures.fault.Requirements;
import dev.tinyserv.scenario.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Row 2. The agent is killed at each write, fsync, rename, unlink, mkdir and creation of a file of a deploy. */
@ResourceLock(providers = AloneInACampaign.class)
class Fault02KilledAtEachCallScenario {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration RECOVERY = Duration.ofSeconds(2);
    private static final int RATE = 200;

    @Test
    void aDeployIsOldOrNewWhereverItIsKilled() {
        String unmet = Requirements.unmet(DiskTrap.NEEDS);
        assumeTrue(unmet.isEmpty(), unmet);
        Sandbox sandbox = Sandbox.create();
        DiskTrap trap = DiskTrap.in(sandbox);
        FaultRun run = FaultRun.of(2, "kill -9 at each call that changes the disk");
        Durations recoveries = new Durations();
        try (Stage stage = Stage.start(new Server(sandbox, trap.environment()))) {
            Witness witness = Witness.of(stage.probe(), stage.server().root());
            List<DiskTrap.Call> points = Points.of(trap, witness);
            try (Load load = Load.on(witness.port(), RATE)) {
                for (DiskTrap.Call point : points) {
                    Killed killed = new Killed(stage.server(), trap, witness);
                    recoveries.add(killed.at(point));
                    run.injected();
                }
                run.kept(load.stop().mustBeFlawless(points.size()));
            }
            run.note("recovery " + recoveries);
            if (Campaign.isOn()) { // a few points on a machine that also runs other tests say nothing of time
                assertThat(recoveries.median()).as("recovery, %s", recoveries).isLessThan(RECOVERY);
            }
            run.finish(points.size(), points.size() * RATE / 10);
        }
    }

    /** One deploy that is killed at a call, and what must be true afterwards. */
    private record Killed(Server server, DiskTrap trap, Witness witness) {
        /** Returns how long it took until another agent answered. */
        Duration at(DiskTrap.Call point) {
            Path root = server.root();
            KeptAgent agent = KeptAgent.of(server);
            long former = agent.pid();
            ProcessHandle keeper = agent.keeper();
            witness.app().commit("Killed at " + point);
            trap.set(DiskTrap.Fault.KILL, point.number());
            Duration recovery;
            Result result;
            try (Running push = witness.app().startPush()) {
                Eventually.until("the agent dies at " + point, LIMIT, () -> !Pids.isAlive(former), push::err);
                trap.release();
                recovery = agent.awaitNext(former, keeper, LIMIT);
                result = push.await(LIMIT);
            }
            String when = "killed at " + trap.hit() + ", which was to be " + point;
            if (result.succeeded()) {
                assertThat(witness.commit())
                        .as("an acknowledged push is kept, %s", when)
                        .isEqualTo(witness.app().head());
            }
            witness.requireAgreement(when);
            Remains.mustBeNone(root, when);
            witness.app().push().mustSucceed();
            assertThat(witness.commit())
                    .as("the next push, %s", when)
                    .isEqualTo(witness.app().head());
            witness.requireAgreement("after the next push, " + when);
            return recovery;
        }
    }
}
