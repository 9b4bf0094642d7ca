package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.LoadReport;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.fixtures.fault.GarbageConnections;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Thousands of connections to the SSH port that are no SSH clients, while people push. */
@ResourceLock(providers = AloneInACampaign.class)
class Fault05GarbageConnectionsScenario {
    /** How much longer a push may take than where nobody attacks. */
    private static final Duration BAR = Campaign.bar(Duration.ofSeconds(2));

    /** How many pushes before, and after, tell how long one takes on this machine. */
    private static final int QUIET = 3;

    @AutoClose
    private static final Stage STAGE = Stage.start();

    @Test
    void aRealPushTakesItsUsualTime() {
        int connections = Campaign.count(500, 10_000);
        FaultRun run = FaultRun.of(5, "garbage connection to the SSH port");
        App app = STAGE.probe();
        List<Duration> quiet = new ArrayList<>();
        List<Duration> pushes = new ArrayList<>();
        LoadReport served;
        for (int i = 0; i < QUIET; i++) {
            quiet.add(push(app));
        }

        try (Load load = Load.on(app.port(), 100);
                GarbageConnections garbage =
                        GarbageConnections.on(STAGE.sandbox().ports().ssh(), connections)) {
            while (garbage.isUnderWay()) {
                pushes.add(push(app));
            }
            served = load.stop();
            run.injected(garbage.opened());
        }

        for (int i = 0; i < QUIET; i++) {
            quiet.add(push(app));
        }
        Duration usual = quiet.stream().sorted().toList().get(QUIET);
        List<Duration> sorted = pushes.stream().sorted().toList();
        assertThat(sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1))
                .as("the 99th percentile of %s pushes, which take %s else: %s", sorted.size(), usual, sorted)
                .isLessThan(usual.plus(BAR));
        assertThat(pushes).hasSizeGreaterThanOrEqualTo(Campaign.count(2, 40));
        run.kept(served.mustBeFlawless(Campaign.count(200, 4000)));
        run.finish(connections * 9 / 10, Campaign.count(200, 4000));
        STAGE.developer().ssh("apps").mustSucceed();
    }

    private static Duration push(App app) {
        app.commit("Again");
        long before = System.nanoTime();
        app.push().mustSucceed();
        return Duration.ofNanos(System.nanoTime() - before);
    }
}
