package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** More agents than one on a root. */
class Fault17ManyAgentsScenario {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int BUSY = 75;

    @AutoClose
    private static final Stage STAGE = Stage.start();

    @Test
    void ofManyThatStartAtOnceOneWinsAndTheOthersNameIt() {
        int agents = Campaign.count(6, 100);
        FaultRun run = FaultRun.of(17, "agents on one root at once");
        STAGE.server().shutdown();

        long winner = race(agents, run);
        STAGE.developer().ssh("apps").mustSucceed();
        // The lock of one that was killed is stale: the next ones take it as if it had not been there.
        Pids.signal("KILL", winner);
        long heir = race(Campaign.count(4, 20), run);

        assertThat(heir).isNotEqualTo(winner);
        STAGE.developer().ssh("apps").mustSucceed();
        run.finish(agents + Campaign.count(4, 20), 0);
        STAGE.server().shutdown();
        STAGE.server().startup();
    }

    /** Starts so many at once; returns the pid of the only one that stays. */
    private static long race(int agents, FaultRun run) {
        List<Running> all = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            all.add(STAGE.server().startRemote("agent", "--foreground"));
            run.injected();
        }
        Eventually.until(
                "all but one have left",
                LIMIT,
                () -> all.stream().filter(Running::isAlive).count() <= 1,
                () -> all.stream().filter(Running::isAlive).count() + " are still there");
        Running winner = all.stream().filter(Running::isAlive).findFirst().orElseThrow();
        Eventually.until(
                "the one that stays serves",
                LIMIT,
                () -> STAGE.developer().ssh("apps").succeeded(),
                winner::err);
        assertThat(STAGE.server().agentPid()).isEqualTo(winner.pid());
        all.remove(winner);
        for (Running each : all) {
            Result loser = each.await(Duration.ofSeconds(1));
            assertThat(loser.exit()).as(loser.toString()).isEqualTo(BUSY);
            assertThat(loser.err()).contains("(pid " + winner.pid() + ")").hasLineCount(1);
        }
        return winner.pid();
    }

    @Test
    void aSecondOneNamesTheFirstAndLeaves() {
        long agent = STAGE.server().agentPid();

        try (Running second = STAGE.server().startRemote("agent", "--foreground")) {
            Result result = second.await(Duration.ofSeconds(20)).mustFail();
            assertThat(result.all()).contains(Long.toString(agent));
        }

        assertThat(STAGE.server().agentPid()).isEqualTo(agent);
    }

    @Test
    void manyStartupsAtOnceMakeOneAgent() {
        STAGE.server().shutdown();

        List<Running> startups = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            startups.add(STAGE.server().startRemote("startup"));
        }
        startups.forEach(each -> each.await(Duration.ofMinutes(1)).mustSucceed());

        long agents = Pids.mentioning("agent\0--foreground").stream()
                .filter(STAGE.sandbox().processes()::contains)
                .count();
        assertThat(agents).isLessThanOrEqualTo(1);
        STAGE.server().remote("status").mustSucceed();
        STAGE.developer().ssh("apps").mustSucceed();
    }
}
