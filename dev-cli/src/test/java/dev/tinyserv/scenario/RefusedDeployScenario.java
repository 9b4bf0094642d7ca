package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A deploy that fails: git says so and why, the ref does not move, and what served goes on serving. */
@Tag("thorough")
class RefusedDeployScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of("TINYSERV_BOOT_TIMEOUT", "10s"));

    private static void assertUnchanged(App app, String commit, String page) {
        assertThat(app.deployedCommit()).as("the ref").isEqualTo(commit);
        assertThat(Http.text(app.port(), "/")).isEqualTo(page);
        assertThat(Json.of(app.verb("ps", "--json")).size()).isEqualTo(1);
    }

    @Test
    void aFailedBuildChangesNothingAndTakesNoNumber() {
        App app = STAGE.developer().sample("node-hello", "nobuild").deploy();
        String before = app.head();
        app.write("package.json", """
                        {"name": "x", "version": "1.0.0",
                         "scripts": {"start": "node server.js", "build": "echo to err >&2; echo broken-here; exit 7"}}
                        """).commit("Break the build");

        Result push = app.push().mustFail();

        assertThat(push.err())
                .contains("broken-here")
                .contains("remote:  !     ")
                .contains("[remote rejected]");
        assertUnchanged(app, before, "Hello from v2 world\n");
        app.developer().git("revert", "--no-edit", "HEAD").mustSucceed();
        app.push().mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");
    }

    @Test
    void aFailedBootShowsTheLastLinesAndKeepsItsNumberAsFailed() {
        App app = STAGE.probe();
        String before = app.head();
        app.write("server.js", "console.error('I cannot live like this'); process.exit(9);")
                .commit("Break the boot");

        Result push = app.push().mustFail();

        assertThat(push.err())
                .contains("I cannot live like this", "web.1 of v3 exited with status 9 ", "[remote rejected]");
        assertUnchanged(app, before, "v2\n");
        assertThat(Json.of(app.verb("releases", "--json")).at("/0/status").asString())
                .isEqualTo("failed");
        assertThat(Json.of(app.verb("releases", "--json")).at("/0/version").asInt())
                .isEqualTo(3);

        assertThat(app.push().mustFail().err()).as("pushing again tries again").contains("I cannot live like this");
        app.developer().git("revert", "--no-edit", "HEAD").mustSucceed();
        app.push().mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v5\n");
    }

    @Test
    void anAppThatNeverListensIsRefusedAfterTheBootTimeout() {
        App app = STAGE.probe();
        String before = app.head();
        app.write("server.js", "setInterval(() => {}, 1000);").commit("Never listen");

        Result push = app.push().mustFail();

        assertThat(push.err()).contains("did not listen on port ", " within 10 s; does it use $PORT?");
        assertUnchanged(app, before, "v2\n");
    }

    @Test
    void aFirstDeployThatFailsLeavesAnAppThatAnswers503() {
        App app = STAGE.developer()
                .files(STAGE.newName("stillborn"), Map.of("Procfile", "web: sh -c 'echo no luck; exit 1'\n"));
        app.create();

        assertThat(app.push().mustFail().err()).contains("no luck");

        assertThat(app.deployedCommit()).isEmpty();
        assertThat(Http.get(app.port(), "/").status()).isEqualTo(503);
    }

    @Test
    void aFolderThatNoBuildpackKnowsIsRefusedInWords() {
        App app = STAGE.developer().files(STAGE.newName("nothing"), Map.of("README", "Nothing to run\n"));
        app.create();

        Result push = app.push().mustFail();

        assertThat(push.err()).contains("Procfile");
        assertThat(app.deployedCommit()).isEmpty();
    }

    @Test
    void aReleasePhaseThatFailsRefusesTheDeploy() {
        App app = STAGE.probe();
        String before = app.head();
        app.write("Procfile", "web: node server.js\nrelease: echo migrating; exit 4\n")
                .commit("Migrate");

        Result push = app.push().mustFail();

        assertThat(push.err()).contains("migrating").containsPattern("release.* status 4\\b");
        assertUnchanged(app, before, "v2\n");
    }

    @Test
    void ctrlCCancelsABuildAndItsWholeTree() {
        App app =
                STAGE.developer().sample("node-hello", STAGE.newName("cancel")).deploy();
        String before = app.head();
        app.write("package.json", """
                        {"name": "x", "version": "1.0.0",
                         "scripts": {"start": "node server.js", "build": "echo building-now; setsid sleep 7531 & wait"}}
                        """).commit("Build for ever");

        try (Running push = app.startPush()) {
            Eventually.until("the build runs", () -> push.err().contains("building-now"), push::err);
            push.interrupt();
            Eventually.until("git ends", () -> !push.isAlive(), push::err);
        }

        Eventually.until(
                "the build's tree is gone",
                () -> STAGE.sandbox().processes("sleep\0" + 7531).isEmpty());
        assertUnchanged(app, before, "Hello from v2 world\n");
        app.developer().git("reset", "-q", "--hard", before).mustSucceed();
        app.commit("Empty").push().mustSucceed();
    }

    @Test
    void aKilledBuildFailsThePushAndLeavesNothing() {
        App app =
                STAGE.developer().sample("node-hello", STAGE.newName("killed")).deploy();
        String before = app.head();
        app.write("package.json", """
                        {"name": "x", "version": "1.0.0",
                         "scripts": {"start": "node server.js", "build": "setsid sleep 7533 & echo building-now; wait"}}
                        """).commit("Build for ever");

        try (Running push = app.startPush()) {
            Eventually.until("the build runs", () -> push.err().contains("building-now"), push::err);
            STAGE.sandbox().processes("npm run build").forEach(pid -> Pids.signal("KILL", pid));
            Result result = push.await(Duration.ofSeconds(20)).mustFail();
            assertThat(result.err()).contains("npm run build", "[remote rejected]");
        }

        assertThat(STAGE.sandbox().processes("sleep\0" + 7533)).isEmpty();
        assertUnchanged(app, before, "Hello from v2 world\n");
    }

    @Test
    void aBuildThatTakesTooLongIsEnded() {
        try (Stage hasty = Stage.start(Map.of("TINYSERV_BUILD_TIMEOUT", "2s"))) {
            App app = hasty.developer().files("slow", Map.of("package.json", """
                                    {"name": "x", "version": "1.0.0",
                                     "scripts": {"start": "true", "build": "setsid sleep 7532; true"}}
                                    """));
            app.create();

            assertThat(app.push().mustFail().err()).contains("TINYSERV_BUILD_TIMEOUT");
            assertThat(hasty.sandbox().processes("sleep\0" + 7532)).isEmpty();
        }
    }

    @Test
    void aDestroyedAppTakesNoPush() {
        App app = STAGE.probe();
        app.verb("apps:destroy", "-c", app.name()).mustSucceed();

        assertThat(app.commit("More").push().mustFail().err()).contains(app.name());
    }
}
