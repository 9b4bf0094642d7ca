package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import dev.tinyserv.fixtures.fault.KeptAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Builds that are killed in each of their steps, and builds that mean no good: what served goes on, the next one works. */
@Tag("thorough")
class BuildFaultScenario {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** What the pusher reads when a step begins. */
    private static final List<String> STEPS = List.of(
            "Building with node",
            "Installing dependencies",
            "npm ci",
            "Running build",
            "tiny-page wrote",
            "Removing development dependencies",
            "Starting v");

    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static Path root() {
        return STAGE.server().root();
    }

    private static App deps(String name) {
        return STAGE.developer().sample("node-deps", STAGE.newName(name));
    }

    private static void assertServes(int port, String when) {
        assertThat(Http.text(port, "/")).as("it serves %s", when).startsWith("Hello from v");
    }

    private static String text(App app, String file) throws IOException {
        return Files.readString(app.folder().resolve(file));
    }

    private static List<Path> unfinished() {
        return Folders.walk(root()).stream()
                .filter(path -> path.getFileName().toString().matches("\\.building-.*|build-[0-9]+(\\.view)?"))
                .toList();
    }

    @Test
    void theAgentIsKilledInEveryStep() throws IOException {
        App app = deps("killed").deploy();
        int port = app.port();
        KeptAgent agent = KeptAgent.of(STAGE.server());
        for (String step : STEPS) {
            // Another lock file each time, so that there is something to install.
            app.write("package-lock.json", text(app, "package-lock.json") + "\n")
                    .commit("Before " + step);
            try (Running push = app.startPush()) {
                Eventually.until(
                        "the push says " + step, LIMIT, () -> push.err().contains(step), push::err);
                agent.kill();
                push.await(LIMIT);
            }
            assertServes(port, "when the agent is dead, at " + step);
            STAGE.server().startup();
            assertServes(port, "when the agent is back, after " + step);
            Eventually.until(
                    "nothing is left of a build killed at " + step,
                    () -> unfinished().isEmpty(),
                    () -> unfinished().toString());
        }
        app.write("page.txt", "After all\n").commit("After all").push().mustSucceed();
        assertThat(Http.text(app.port(), "/page")).isEqualTo("After all\n");
    }

    @Test
    void aBuildThatWritesOutsideItsFolderChangesNothingOfOtherApps() throws IOException {
        assumeTrue(
                STAGE.server().remote("doctor").out().contains("builds see no files of other apps"),
                "needs root or user namespaces");
        App victim = STAGE.probe();
        App app = deps("reaching");
        Path file = root().resolve("apps/" + victim.name() + ".json");
        String before = Files.readString(file);
        String script = "cd ../..; for f in ../apps/*.json ../releases/*.json ../host-keys/* */*/server.js; do"
                + " echo broken >\\\"$f\\\" || true; ln -f \\\"$f\\\" . || true; rm -rf \\\"$f\\\"; done;"
                + " rm -rf ../repositories ../logs ../apps || true";
        app.write("package.json", "{\"scripts\": {\"build\": \"" + script + "\"}}");
        app.create().commit("Reach");
        Result push = app.push();

        assertThat(Http.text(victim.port(), "/")).isEqualTo("v2\n");
        assertThat(file).hasContent(before);
        assertThat(root().resolve("repositories/" + victim.name())).isDirectory();
        victim.write("n", "n").commit("Go on").push().mustSucceed();
        assertThat(push.err()).doesNotContain("Exception");
    }

    @Test
    void aBuildThatRemovesItsCacheAndItsTemporaryFolderIsFollowedByOneThatWorks() throws IOException {
        App app = deps("forgetful").deploy();
        app.write(
                        "package.json",
                        text(app, "package.json")
                                .replace(
                                        "\"build\": \"",
                                        "\"build\": \"rm -rf $TMPDIR/* $HOME/.[a-z]*"
                                                + " $(dirname $npm_config_cache)/*; "))
                .commit("Forget");

        app.push().mustSucceed();
        assertThat(root().resolve("cache").resolve(app.name()).resolve("node")).doesNotExist();
        assertThat(app.write("page.txt", "Next\n")
                        .commit("Next")
                        .push()
                        .mustSucceed()
                        .err())
                .contains("npm ci");
        assertThat(Http.text(app.port(), "/page")).isEqualTo("Next\n");
    }

    @Test
    void aBuildpackThatIsGoneIsNamedAndWhatServedGoesOn() {
        App app = deps("gone").deploy();
        int port = app.port();
        for (String url : List.of("https://127.0.0.1:1/gone.git", root() + "/no-such-folder")) {
            Result set = app.verb("buildpacks:set", url);
            // What is seen to be gone is not even set.
            Result refused = set.succeeded()
                    ? app.write("n", url).commit("Another buildpack").push().mustFail()
                    : set;
            assertThat(refused.err()).contains(url).doesNotContain("Exception");
            assertServes(port, "with a buildpack that is gone");
        }
        app.verb("buildpacks:clear").mustSucceed();
        app.write("n", "back").commit("Back").push().mustSucceed();
    }

    @Test
    void aDependencyThatAnAppWritesToIsNotTheOneOfOtherReleases() throws IOException {
        App app = STAGE.developer()
                .files(
                        STAGE.newName("linked"),
                        Map.of(
                                "package.json",
                                "{\"dependencies\": {\"tiny-greeting\": \"file:tiny-greeting-1.0.0.tgz\"}}",
                                "Procfile",
                                "web: node server.js",
                                "server.js",
                                "require('node:http').createServer((_, r) => r.end('fine\\n'))"
                                        + ".listen(process.env.PORT, '127.0.0.1');\n"));
        STAGE.developer()
                .shell()
                .in(app.folder())
                .script("cp " + Repository.root()
                        + "/test-fixtures/samples/node-deps/vendor/tiny-greeting-1.0.0.tgz .;"
                        + " npm install --package-lock-only --offline --no-audit --no-fund")
                .mustSucceed();
        app.commit("App").create().push().mustSucceed();
        app.write("n", "n").commit("More").push().mustSucceed();

        List<Path> copies = Folders.walk(root().resolve("builds").resolve(app.name())).stream()
                .filter(path -> path.endsWith("node_modules/tiny-greeting/package.json"))
                .toList();
        assertThat(copies).hasSize(2);
        assertThat(Files.isSameFile(copies.get(0), copies.get(1))).isTrue();
        assertThat(Files.getPosixFilePermissions(copies.get(0)).toString()).doesNotContain("WRITE");
    }
}
