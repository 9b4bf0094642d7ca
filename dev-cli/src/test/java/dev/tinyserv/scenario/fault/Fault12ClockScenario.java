package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.LoadReport;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FakeClock;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.Json;
import dev.tinyserv.scenario.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The machine's clock jumps, forth and back, by an hour and by a year. */
class Fault12ClockScenario {
    private static final List<Duration> JUMPS = List.of(
            Duration.ofHours(1), Duration.ZERO, Duration.ofDays(365), Duration.ofHours(-1), Duration.ofDays(-365));

    @Test
    void nothingIsRestartedAndReleasesKeepTheirOrder() {
        assumeThat(FakeClock.unmet()).isEmpty();
        Sandbox sandbox = Sandbox.create();
        FakeClock clock = FakeClock.in(sandbox.folder().resolve("clock"));
        int jumps = Campaign.count(5, 40);
        FaultRun run = FaultRun.of(12, "jump of the clock by an hour or a year");
        LoadReport served;
        try (Stage stage = Stage.start(new Server(sandbox, clock.environment()))) {
            App app = stage.probe();
            App quiet = stage.probe();
            String quietPid = Http.text(quiet.port(), "/pid");
            try (Load load = Load.on(quiet.port(), 100);
                    Running follower = app.developer().startSsh("logs", "-t", "-a", app.name())) {
                for (int i = 0; i < jumps; i++) {
                    clock.jumpTo(JUMPS.get(i % JUMPS.size()));
                    theFollowerSees(follower, app, "jump-" + i);
                    app.commit("Again").push().mustSucceed();
                    assertThat(Http.text(app.port(), "/")).isEqualTo("v" + (3 + i) + "\n");
                    if (i % JUMPS.size() == 2) {
                        theAgentDies(stage);
                    }
                    assertThat(Http.text(quiet.port(), "/pid"))
                            .as("an app that nobody touched")
                            .isEqualTo(quietPid);
                    run.injected();
                }
                served = load.stop();
            }
            releasesAreInOrder(app, jumps + 2);
            assertThat(Json.of(quiet.verb("ps", "--json")).at("/0/restarts").asInt())
                    .isZero();
            logsAreInOrder(app, jumps);
            app.verb("rollback").mustSucceed();
        }
        run.kept(served.mustBeFlawless(100));
        run.finish(jumps, 100);
    }

    /** A follower lives as long as the agent; afterwards the log itself must have the line. */
    private static void theFollowerSees(Running follower, App app, String text) {
        Http.text(app.port(), "/print?" + text);
        Eventually.until(
                "the line is there",
                () -> follower.isAlive()
                        ? follower.out().contains(text)
                        : app.verb("logs", "-n", "200").out().contains(text),
                follower::err);
    }

    private static void theAgentDies(Stage stage) {
        Pids.signal("KILL", stage.server().agentPid());
        Eventually.until(
                "the agent is back", () -> stage.developer().ssh("apps").succeeded());
    }

    private static void releasesAreInOrder(App app, int last) {
        List<Integer> versions = new ArrayList<>();
        Json.of(app.verb("releases", "--json"))
                .forEach(release -> versions.add(release.at("/version").asInt()));
        assertThat(versions).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(versions.get(0)).isEqualTo(last);
        assertThat(Json.of(app.verb("apps:info", "--json")).toString()).contains("" + last);
    }

    private static void logsAreInOrder(App app, int jumps) {
        List<String> lines =
                app.verb("logs", "-n", "1000").mustSucceed().out().lines().toList();
        int found = -1;
        for (int i = 0; i < jumps; i++) {
            String text = "jump-" + i;
            int at = lines.indexOf(lines.stream()
                    .filter(line -> line.endsWith(" " + text))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(text + " is missing")));
            assertThat(at).as("the place of %s", text).isGreaterThan(found);
            found = at;
        }
    }
}
