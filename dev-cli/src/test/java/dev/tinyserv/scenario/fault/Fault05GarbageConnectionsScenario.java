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

/** Thousands of connections to the SSH port that are no SSH clients, while people push. */
class Fault05GarbageConnectionsScenario {
    private static final Duration BAR = Duration.ofSeconds(2);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    @Test
    void aRealPushTakesItsUsualTime() {
        int connections = Campaign.count(500, 10_000);
        FaultRun run = FaultRun.of(5, "garbage connection to the SSH port");
        App app = STAGE.probe();
        List<Duration> pushes = new ArrayList<>();
        LoadReport served;

        try (Load load = Load.on(app.port(), 100);
                GarbageConnections garbage =
                        GarbageConnections.on(STAGE.sandbox().ports().ssh(), connections)) {
            while (garbage.isUnderWay()) {
                app.commit("Again");
                long before = System.nanoTime();
                app.push().mustSucceed();
                pushes.add(Duration.ofNanos(System.nanoTime() - before));
            }
            served = load.stop();
            run.injected(garbage.opened());
        }

        List<Duration> sorted = pushes.stream().sorted().toList();
        assertThat(sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1))
                .as("the 99th percentile of %s pushes: %s", sorted.size(), sorted)
                .isLessThan(BAR);
        assertThat(pushes).hasSizeGreaterThanOrEqualTo(Campaign.count(2, 40));
        run.kept(served.mustBeFlawless(Campaign.count(200, 4000)));
        run.finish(connections * 9 / 10, Campaign.count(200, 4000));
        STAGE.developer().ssh("apps").mustSucceed();
    }
}
