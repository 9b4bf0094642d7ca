package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What can be seen of builds, and how they are cancelled. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class BuildsScenario {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Stage stage;

    BuildsScenario(Stage stage) {
        this.stage = stage;
    }

    private App app(String name, String build) {
        App app = stage.developer()
                .files(
                        name,
                        Map.of(
                                "package.json",
                                "{\"private\": true, \"scripts\": {\"build\": \"" + build + "\"}}",
                                "Procfile",
                                "web: node server.js",
                                "server.js",
                                "require('node:http').createServer((_, response) => response.end('one'))"
                                        + ".listen(process.env.PORT, '127.0.0.1');\n"));
        return app.create();
    }

    @Test
    void aBuildIsListedAndShownAgain() {
        App app = app("listed", "echo from the build");
        app.push().mustSucceed();

        JsonNode builds = Json.of(app.verb("builds", "--json"));
        assertThat(builds.size()).isEqualTo(1);
        assertThat(builds.at("/0/result").asString()).isEqualTo("succeeded");
        assertThat(builds.at("/0/commit").asString()).isEqualTo(app.head());
        assertThat(builds.at("/0/steps").size()).isPositive();
        assertThat(app.verb("builds").mustSucceed().out()).contains("succeeded");
        assertThat(app.verb("builds:output").mustSucceed().out()).contains("from the build");

        assertThat(app.verb("disk").mustSucceed().out())
                .contains("builds", "free: ")
                .containsPattern("listed +\\d+ KB");
        JsonNode disk = Json.of(app.verb("disk", "--json"));
        assertThat(disk.at("/apps/0/builds").asLong()).isPositive();
        assertThat(disk.at("/size").asLong()).isGreaterThan(disk.at("/free").asLong());

        app.write("package.json", "{\"scripts\": {\"build\": \"exit 3\"}}").commit("Broken");
        app.push().mustFail();
        assertThat(app.verb("builds").mustSucceed().out()).contains("failed");
        assertThat(app.verb("builds:output", "2").mustSucceed().out()).contains("failed with exit status 3");
        assertThat(app.verb("builds:cancel").mustFail().err()).contains("no build of listed is under way");
    }

    @Test
    void aBuildIsCancelledByTheVerbAndByANewerPush() {
        App app = app("hanging", "echo waiting; sleep 300");
        Running push = app.startPush();
        awaitOutput(app, "1", "waiting");
        assertThat(app.verb("builds:cancel").mustSucceed().out()).contains("Cancelled build 1");
        assertThat(push.await(LIMIT).mustFail().err()).contains("cancelled: by ", "with builds:cancel");

        Result unknown = app.verb("apps:set", "auto-cancel=maybe");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("auto-cancel is 'on' or 'off', not 'maybe'");
        app.verb("apps:set", "auto-cancel=on").mustSucceed();
        Running older = app.startPush();
        awaitOutput(app, "2", "waiting");
        app.write("package.json", "{\"private\": true}").commit("Quick");
        app.push().mustSucceed();
        assertThat(older.await(LIMIT).mustFail().err()).contains("took its place");
        assertThat(Http.text(app.port(), "/")).isEqualTo("one");
        assertThat(Json.of(app.verb("builds", "--json")).at("/1/result").asString())
                .isEqualTo("cancelled");
    }

    private static void awaitOutput(App app, String build, String text) {
        Eventually.until("build " + build + " prints " + text, LIMIT, () -> {
            Result output = app.verb("builds:output", build);
            return output.succeeded() && output.out().contains(text);
        });
    }
}
