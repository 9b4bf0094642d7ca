package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.EarlierVersion;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Load;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An upgrade from 0.1.0 with every kind of app under load, the way back, and the upgrade once more. */
@Tag("thorough")
class EarlierVersionScenario {
    private static final String EARLIER = "ded1463";
    private static final Duration SOON = Duration.ofSeconds(30);

    /** Answers with its release. */
    private static final String SERVER = """
            require('node:http')
                .createServer((request, response) => {
                    request.resume();
                    request.on('end', () => response.end(process.env.TINYSERV_RELEASE));
                })
                .listen(process.env.PORT, '127.0.0.1');
            """;

    private static Server server(Sandbox sandbox, Optional<EarlierVersion> earlier) {
        return earlier.map(version -> new Server(sandbox, Map.of(), version.remoteHome()))
                .orElseGet(() -> new Server(sandbox, Map.of()));
    }

    @Test
    void anUpgradeTheWayBackAndTheUpgradeOnceMoreLoseNothing() {
        Optional<EarlierVersion> earlier = EarlierVersion.of(EARLIER);
        assumeTrue(earlier.isPresent(), "this clone has no commit " + EARLIER);
        Sandbox sandbox = Sandbox.create();
        Server before = server(sandbox, earlier);
        Server now = server(sandbox, Optional.empty());
        try (Stage stage = Stage.start(before)) {
            Apps apps = Apps.deploy(stage);
            Map<String, String> releases = apps.releases();
            Map<String, Long> pids = apps.pids();
            List<Load> loads = apps.load();
            assertVersion("0.1.0", before, stage);

            now.restart();
            assertVersion(Repository.version(), now, stage);
            apps.assertSame(pids, releases);
            apps.assertServing("v3");
            apps.worker.verb("ps:stop").mustSucceed();
            App several = several(stage);
            long first = up(several).get("web.1");
            loads.add(Load.on(several.port(), 50));

            before.restart();
            assertVersion("0.1.0", before, stage);
            pids.remove(apps.worker.name());
            apps.assertSame(pids, releases);
            assertThat(apps.states(apps.worker)).doesNotContain("up");
            Eventually.until(
                    "one process of the app is left", SOON, () -> up(several).equals(Map.of("web.1", first)));
            apps.worker.verb("ps:start").mustSucceed();
            pids.putAll(apps.pids());

            now.restart();
            apps.assertSame(pids, releases);
            Eventually.until(
                    "all its processes are back",
                    SOON,
                    () -> up(several).keySet().equals(Set.of("web.1", "web.2", "worker.1")));
            assertThat(up(several)).containsEntry("web.1", first);
            apps.web.verb("rollback", "v2").mustSucceed();
            apps.assertServing("v4");
            assertThat(apps.web.verb("logs", "-n", "1000").mustSucceed().out())
                    .contains("said before the upgrade", "v2", "v3", "v4");
            apps.stopped.verb("ps:start").mustSucceed();
            assertThat(Http.text(apps.stopped.port(), "/")).isEqualTo("v2\n");
            apps.inFolder.commit("Again").push().mustSucceed();

            assertThat(loads).allSatisfy(load -> load.stop().mustBeFlawless(100));
        }
    }

    /** An app with several processes, which an earlier version does not have. The newest one is no web process. */
    private static App several(Stage stage) {
        App app = stage.developer()
                .sample("probe", "several")
                .write("Procfile", "web: node server.js\nworker: sleep 1000\n")
                .commit("Procfile")
                .deploy();
        app.verb("ps:scale", "web=2").mustSucceed();
        app.verb("ps:scale", "worker=1").mustSucceed();
        return app;
    }

    /** The pid of each of its processes that is up. */
    private static Map<String, Long> up(App app) {
        Map<String, Long> pids = new LinkedHashMap<>();
        for (JsonNode process : Json.of(app.verb("ps", "--json"))) {
            if (process.at("/state").asString("").equals("up")) {
                pids.put(process.at("/name").asString(""), process.at("/pid").asLong());
            }
        }
        return pids;
    }

    /** Of the distribution, and of the agent that runs. */
    private static void assertVersion(String version, Server server, Stage stage) {
        assertThat(server.remote("--version").mustSucceed().out()).isEqualTo("tinyserv " + version + "\n");
        JsonNode status = Json.of(stage.developer().tinyserv("status", "--json"));
        assertThat(status.at("/version").asString()).isEqualTo(version);
    }

    /** One app of each kind. */
    private record Apps(App web, App worker, App site, App stopped, App crashed, App inFolder) {
        static Apps deploy(Stage stage) {
            var developer = stage.developer();
            App web = developer.sample("probe", "web").deploy();
            web.commit("Again").push().mustSucceed();
            assertThat(Http.text(web.port(), "/print?said%20before%20the%20upgrade"))
                    .isEqualTo("printed\n");
            App stopped = developer.sample("probe", "stopped").deploy();
            stopped.verb("ps:stop").mustSucceed();
            App crashed = developer
                    .files("crashed", Map.of("Procfile", "worker: sh -c 'sleep 2; exit 3'\n"))
                    .deploy();
            App inFolder = developer
                    .files("infolder", Map.of("backend/Procfile", "web: node server.js\n", "backend/server.js", SERVER))
                    .create();
            inFolder.verb("apps:set", "root=backend").mustSucceed();
            inFolder.push().mustSucceed();
            App worker = developer.sample("shell-worker", "worker").deploy();
            App site = developer.sample("site-hello", "site").deploy();
            return new Apps(web, worker, site, stopped, crashed, inFolder);
        }

        private List<App> all() {
            return List.of(web, worker, site, stopped, crashed, inFolder);
        }

        List<Load> load() {
            List<Load> loads = new ArrayList<>(
                    List.of(Load.on(web.port(), 100), Load.on(inFolder.port(), 50), Load.ofGets(site.port(), 50)));
            loads.forEach(load -> Eventually.until("the load is on", SOON, () -> load.answered() > 30));
            return loads;
        }

        /** What {@code releases} says of each app. */
        Map<String, String> releases() {
            Map<String, String> all = new LinkedHashMap<>();
            all().forEach(app -> all.put(
                    app.name(), app.verb("releases", "--json").mustSucceed().out()));
            return all;
        }

        /** The processes of the apps that run all the time. */
        Map<String, Long> pids() {
            Map<String, Long> pids = new LinkedHashMap<>();
            for (App app : List.of(web, worker, inFolder)) {
                pids.put(app.name(), processes(app).at("/0/pid").asLong());
            }
            return pids;
        }

        List<String> states(App app) {
            return processes(app).findValuesAsString("state");
        }

        private static JsonNode processes(App app) {
            return Json.of(app.verb("ps", "--json"));
        }

        void assertSame(Map<String, Long> pids, Map<String, String> releases) {
            for (App app : all()) {
                Long pid = pids.get(app.name());
                if (pid != null) {
                    assertThat(processes(app).at("/0/pid").asLong()).isEqualTo(pid);
                }
            }
            assertThat(releases()).isEqualTo(releases);
            assertThat(states(stopped)).doesNotContain("up");
            Eventually.until(
                    "the app that exits is started again",
                    SOON,
                    () -> processes(crashed).at("/0/restarts").asInt() > 0);
            assertThat(Http.text(site.port(), "/")).contains("<html");
        }

        void assertServing(String release) {
            assertThat(Http.text(web.port(), "/")).isEqualTo(release + "\n");
            assertThat(Http.text(inFolder.port(), "/")).isEqualTo("v2");
        }
    }
}
