package dev.tinyserv.scenario.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.FaultRun;
import dev.tinyserv.scenario.Json;
import dev.tinyserv.scenario.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Row 21. Many clients push to one app at once, the refused ones fetch and push again, all at once again. */
class Fault21ManyPushersScenario {
    private static final int CLIENTS = Campaign.count(12, 50);
    private static final int ROUNDS = 3;
    private static final int RATE = 200;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    @Test
    void eachIsToldItsFateAndTheLastAcknowledgedOneIsLive() {
        Witness witness = Witness.of(STAGE.probe(), STAGE.server().root());
        FaultRun run = FaultRun.of(21, "pushes to one app at once");
        List<App> waiting = clones(witness.app());
        List<String> acknowledged = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        try (Load load = Load.on(witness.port(), RATE)) {
            for (int round = 1; round <= ROUNDS && !waiting.isEmpty(); round++) {
                List<App> again = new ArrayList<>();
                List<String> now = pushAtOnce(waiting, again, refused);
                assertThat(now).as("of pushes from the same commit").hasSize(1);
                run.injected(waiting.size());
                acknowledged.addAll(now);
                witness.requireAgreement("after round " + round);
                assertThat(witness.commit())
                        .as("what is live is the last acknowledged push")
                        .isEqualTo(now.get(0));
                again.forEach(Fault21ManyPushersScenario::catchUp);
                waiting = again;
            }
            run.kept(load.stop().mustBeFlawless(CLIENTS));
        }
        List<String> live = liveCommits(witness.app());
        assertThat(live).containsAll(acknowledged).doesNotContainAnyElementsOf(refused);
        run.finish(CLIENTS, RATE);
    }

    private static List<App> clones(App app) {
        List<App> clones = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Path folder = app.developer().newFolder("clone" + i);
            App clone = new App(app.name(), folder, app.developer().in(folder));
            clone.developer().git("clone", "-q", "file://" + app.folder(), ".").mustSucceed();
            clone.developer()
                    .git("remote", "add", "tinyserv", app.developer().repositoryUrl(app.name()))
                    .mustSucceed();
            clones.add(clone.write("push" + i, "x").commit("Push " + i));
        }
        return clones;
    }

    /** Returns the commits of the acknowledged ones. */
    private static List<String> pushAtOnce(List<App> clones, List<App> again, List<String> refused) {
        List<Running> pushes = clones.stream().map(App::startPush).toList();
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < clones.size(); i++) {
            Result result = pushes.get(i).await(LIMIT);
            App clone = clones.get(i);
            if (result.succeeded()) {
                acknowledged.add(clone.head());
            } else {
                assertThat(result.err()).containsPattern("rejected|fetch first");
                refused.add(clone.head());
                again.add(clone);
            }
        }
        return acknowledged;
    }

    private static void catchUp(App clone) {
        clone.developer().git("pull", "-q", "--rebase", "tinyserv", "main").mustSucceed();
    }

    private static List<String> liveCommits(App app) {
        List<String> commits = new ArrayList<>();
        for (JsonNode release : Json.of(app.verb("releases", "--json", "-n", "200"))) {
            if (release.at("/status").asString("").equals("live")) {
                commits.add(release.at("/commit").asString(""));
            }
        }
        return commits;
    }
}
