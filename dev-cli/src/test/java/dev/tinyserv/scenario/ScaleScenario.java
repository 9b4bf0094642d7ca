package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.LoadReport;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.Campaign;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Several types and processes of an app. */
class ScaleScenario {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Requests a second. */
    private static final int RATE = Campaign.count(200, 1000);

    /** Requests that are answered after each change before the next one. */
    private static final int SOME = Campaign.count(100, 5000);

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private App app(String name, String procfile) {
        return STAGE.developer()
                .sample("probe", STAGE.newName(name))
                .write("Procfile", procfile)
                .commit("Procfile")
                .create();
    }

    /** Each process that is up with its release, in order, such as {@code web.1 v2}. */
    private static List<String> up(App app) {
        TreeMap<String, String> up = new TreeMap<>();
        for (JsonNode process : Json.of(app.verb("ps", "--json").mustSucceed().out())) {
            if (process.at("/state").asString("").equals("up")) {
                up.put(process.at("/name").asString(""), process.at("/release").asString(""));
            }
        }
        return up.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .toList();
    }

    private static long pid(App app, String process) {
        for (JsonNode each : Json.of(app.verb("ps", "--json").mustSucceed().out())) {
            if (each.at("/name").asString("").equals(process)
                    && each.at("/state").asString("").equals("up")) {
                return each.at("/pid").asLong();
            }
        }
        throw new AssertionError("no " + process);
    }

    @Test
    void scalingGoesThroughAllThreeDoorsMakesNoReleaseAndSurvivesTheAgent() {
        App app = app("types", "web: node server.js\nworker: sleep 1000\nclock: sleep 1001\nrelease: true\n");
        Result push = app.push().mustSucceed();
        assertThat(push.err()).contains("Launched v2 · http://");
        assertThat(app.verb("ps:scale").mustSucceed().out()).isEqualTo("clock=0 web=1 worker=0\n");

        assertThat(app.developer()
                        .tinyserv("ps:scale", "web=3", "worker+1")
                        .mustSucceed()
                        .out())
                .contains("Scaling " + app.name() + "... done, clock=0 web=3 worker=1");
        assertThat(up(app)).containsExactly("web.1 v2", "web.2 v2", "web.3 v2", "worker.1 v2");
        long first = pid(app, "web.1");
        STAGE.server().remote("scale", app.name(), "2").mustSucceed();
        Eventually.until("web.3 is gone", () -> up(app).equals(List.of("web.1 v2", "web.2 v2", "worker.1 v2")));
        assertThat(pid(app, "web.1")).as("what does not change goes on").isEqualTo(first);
        assertThat(app.verb("releases").out()).doesNotContain("v3");

        Result shown = app.verb("ps:scale").mustSucceed();
        app.verb("ps:scale", shown.out().strip().split(" ", -1)).mustSucceed();
        assertThat(pid(app, "web.1")).isEqualTo(first);

        STAGE.server().restart();
        assertThat(up(app)).containsExactly("web.1 v2", "web.2 v2", "worker.1 v2");
        app.verb("config:set", "A=1").mustSucceed();
        Eventually.until("all are new", () -> up(app).equals(List.of("web.1 v3", "web.2 v3", "worker.1 v3")));
        app.verb("rollback").mustSucceed();
        Eventually.until("all are back", () -> up(app).equals(List.of("web.1 v4", "web.2 v4", "worker.1 v4")));

        for (List<String> wrong : List.of(List.of("nope=1"), List.of("release=1"), List.of("web=-1"), List.of("web"))) {
            assertThat(app.verb("ps:scale", wrong.toArray(String[]::new))
                            .mustFail()
                            .err()
                            .lines()
                            .count())
                    .as("%s", wrong)
                    .isEqualTo(1);
        }
        assertThat(app.verb("ps:scale", "nope=1").err()).contains("there are clock, web, worker");
        assertThat(app.verb("scale", "elsewhere", "2").mustFail().err())
                .contains("which app? -a names " + app.name() + ", and the words name elsewhere");
    }

    @Test
    void requestsAreLostOnlyWhileThereIsNoProcess() {
        App app = app("busy", "web: node server.js\n");
        app.push().mustSucceed();
        int port = app.port();
        try (Load load = Load.on(port, RATE)) {
            for (int count : new int[] {10, 3, 1}) {
                scale(app, count, load);
            }
            load.stop().mustBeFlawless(3 * SOME);
        }
        try (Load load = Load.on(port, RATE)) {
            for (int count : new int[] {0, 1, 0}) {
                scale(app, count, load);
            }
            LoadReport report = load.stop();
            assertThat(report.unanswered()).as("%s", report).isZero();
            assertThat(report.answers()).containsOnlyKeys(200, 503);
            assertThat(report.errors()).allMatch(error -> error.contains(" is scaled to 0; `tinyserv ps:scale web=1"));
        }
        assertThat(Http.get(port, "/").status()).isEqualTo(503);
        assertThat(Http.get(port, "/").text())
                .contains("web of " + app.name() + " is scaled to 0; `tinyserv ps:scale web=1 -a " + app.name());
        assertThat(app.verb("info").out()).containsPattern("State: +idle");
        app.write("x", "x").commit("While it is at 0");
        assertThat(app.push().mustSucceed().err()).contains("Released v3: web is scaled to 0, so http://");
        app.verb("ps:scale", "web=1").mustSucceed();
        try (Load load = Load.on(port, RATE)) {
            Eventually.until("it answers", () -> load.answered() > SOME);
            assertThat(load.stop().mustBeFlawless(SOME).bodies()).containsOnlyKeys("v3");
        }
    }

    private static void scale(App app, int count, Load load) {
        app.verb("ps:scale", "web=" + count).mustSucceed();
        int before = load.answered();
        Eventually.until("the load goes on", () -> load.answered() > before + SOME);
    }

    @Test
    void whatAppJsonDeclaresRunsAtTheFirstDeployOfAType() {
        App app = app("declared", "web: node server.js\nworker: sleep 1000\n")
                .write("app.json", "{\"formation\": {\"web\": {\"quantity\": 2}, \"worker\": {\"quantity\": 1}}}")
                .commit("Formation");
        app.push().mustSucceed();
        assertThat(up(app)).containsExactly("web.1 v2", "web.2 v2", "worker.1 v2");

        app.write("app.json", "{\"formation\": {\"web\": {\"quantity\": \"two\"}}}")
                .commit("Wrong");
        assertThat(app.push().mustFail().err())
                .contains("app.json: formation.web.quantity: expected a whole number from 0 to 100");
        app.write("Procfile", "web: node server.js\n")
                .write("app.json", "{}")
                .commit("Without a worker")
                .push()
                .mustSucceed();
        Eventually.until("the worker is stopped", () -> up(app).equals(List.of("web.1 v3", "web.2 v3")));
        app.write("Procfile", "web: node server.js\nworker: sleep 1000\n")
                .commit("With it")
                .push()
                .mustSucceed();
        Eventually.until("it is back", () -> up(app).equals(List.of("web.1 v4", "web.2 v4", "worker.1 v4")));
    }

    @Test
    void processesAreRestartedStoppedStartedAndSignalledByName() {
        App app = app(
                "named",
                "web: node server.js\nworker: trap 'echo got $DYNO' USR2; while :; do sleep 1000 & wait; done\n");
        app.push().mustSucceed();
        app.verb("ps:scale", "worker=2").mustSucceed();
        long one = pid(app, "worker.1");
        long two = pid(app, "worker.2");
        long web = pid(app, "web.1");

        app.verb("ps:restart", "worker.2").mustSucceed();
        Eventually.until("the old one is gone", () -> !Pids.isAlive(two));
        assertThat(pid(app, "worker.1")).isEqualTo(one);
        app.verb("ps:stop", "worker.1").mustSucceed();
        assertThat(Pids.isAlive(one)).isFalse();
        STAGE.server().restart();
        assertThat(up(app)).containsExactly("web.1 v2", "worker.2 v2");
        app.verb("ps:start", "worker").mustSucceed();
        assertThat(up(app)).containsExactly("web.1 v2", "worker.1 v2", "worker.2 v2");
        assertThat(pid(app, "web.1")).isEqualTo(web);

        assertThat(app.verb("ps:signal", "worker", "USR2").mustSucceed().out())
                .isEqualTo("SIGUSR2 sent to worker.1, worker.2\n");
        Eventually.until("both got it", () -> {
            String log = app.verb("logs", "-s", "app").out();
            return log.contains("got worker.1") && log.contains("got worker.2");
        });
        assertThat(app.verb("ps:signal", "worker", "NONE").mustFail().err()).contains("there are HUP, INT");
        assertThat(app.verb("ps:stop", "clock").mustFail().err()).contains("runs no clock; it runs web.1, worker.1");
    }

    @Test
    void aReleaseRollsInGroupsAndOneThatFailsBringsTheOldOnesBack() {
        App app = app("rolling", "web: node server.js\n");
        app.push().mustSucceed();
        int port = app.port();
        app.verb("ps:scale", "web=4").mustSucceed();
        app.verb("ps:set", "web", "surge=1").mustSucceed();

        try (Load load = Load.on(port, 100)) {
            app.write("x", "1").commit("Second").push().mustSucceed();
            Eventually.until("all are new", () -> up(app).stream().allMatch(each -> each.endsWith(" v3")));
            assertThat(up(app)).hasSize(4);

            app.write("Procfile", "web: case $DYNO in web.3) exit 3;; esac; node server.js\n")
                    .commit("Third");
            Result failed = app.push().mustFail();
            assertThat(failed.err())
                    .contains("Bringing back v3", "web.3 of v4 exited with status 3 before it listened on port");
            assertThat(up(app)).containsExactly("web.1 v3", "web.2 v3", "web.3 v3", "web.4 v3");
            assertThat(app.deployedCommit()).isNotEqualTo(app.head());
            Eventually.until("enough was asked", () -> load.answered() >= 200);
            LoadReport report = load.stop().mustBeFlawless(200);
            assertThat(report.bodies()).containsKeys("v2", "v3");
        }
    }

    @Test
    void ctrlCInTheMiddleBringsThemBackToo() {
        App app = app("stopped", "web: node server.js\n");
        app.push().mustSucceed();
        app.verb("ps:scale", "web=3").mustSucceed();
        app.verb("ps:set", "web", "surge=1").mustSucceed();
        app.write("Procfile", "web: case $DYNO in web.2) sleep 1000;; esac; node server.js\n")
                .commit("Slow");
        try (Running push = app.startPush()) {
            Eventually.until(
                    "the second group starts",
                    () -> app.verb("ps").out().lines().anyMatch(line -> line.matches("web\\.2 +starting +v3 .*")));
            push.interrupt();
            push.await(LIMIT).mustFail();
        }
        Eventually.until("all are back", () -> up(app).equals(List.of("web.1 v2", "web.2 v2", "web.3 v2")));
        assertThat(app.deployedCommit()).isNotEqualTo(app.head());
        Eventually.until("nothing else runs", () -> app.verb("ps").out().lines().count() == 3);
    }

    @Test
    void anExclusiveTypeIsNeverThereTwice() {
        App app = app(
                "exclusive",
                "web: node server.js\npoller: mkdir $TINYSERV_DATA_DIR/lock || exit 9;"
                        + " trap 'rmdir $TINYSERV_DATA_DIR/lock; exit' TERM; sleep 1000 & wait\n");
        app.push().mustSucceed();
        app.verb("ps:set", "poller", "exclusive=on").mustSucceed();
        app.verb("ps:scale", "poller=1").mustSucceed();

        app.write("x", "1").commit("Second").push().mustSucceed();
        assertThat(up(app)).contains("poller.1 v3");
        app.verb("ps:restart", "poller").mustSucceed();
        app.verb("ps:scale", "poller=0").mustSucceed();
        app.verb("ps:scale", "poller=1").mustSucceed();
        assertThat(app.verb("ps:scale", "poller=2").mustFail().err()).contains("is exclusive");

        app.write("Procfile", "web: node server.js\npoller: exit 4\n").commit("Third");
        assertThat(app.push().mustFail().err()).contains("poller.1 of v4 exited with status 4");
        assertThat(up(app)).contains("poller.1 v3", "web.1 v3");
        assertThat(Pattern.compile("exited with status 9")
                        .matcher(app.verb("logs", "-n", "1000").out())
                        .results()
                        .map(Object::toString)
                        .collect(Collectors.toList()))
                .as("it never met another one")
                .isEmpty();
    }
}
