package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Ports;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What tinyserv knows, it says: when it knows it, and with what to do. */
@ExtendWith(SharedStage.class)
class ToldScenario {
    private static final String SERVER =
            "require('http').createServer((q, a) => a.end('v')).listen(process.env.OTHER_PORT || process.env.PORT)";

    private final Stage stage;

    ToldScenario(Stage stage) {
        this.stage = stage;
    }

    private App app(Map<String, String> files) {
        return stage.developer().files(stage.newName("told"), files).create();
    }

    private App server() {
        return app(Map.of("server.js", SERVER, "Procfile", "web: node server.js\n"));
    }

    @Test
    void aScriptWithCarriageReturnsIsNamedWithWhatMendsIt() {
        App app = app(Map.of("start.sh", "#!/bin/sh\r\nexec node server.js\r\n", "server.js", SERVER));
        assertThat(app.folder().resolve("start.sh").toFile().setExecutable(true))
                .isTrue();
        app.write("Procfile", "web: ./start.sh\n");
        app.developer().git("add", "Procfile", "start.sh").mustSucceed();
        app.developer().git("commit", "-q", "-m", "Start by a script").mustSucceed();

        assertThat(app.push().mustFail().err())
                .contains("the first line of start.sh ends with CR, as Windows writes lines: run `echo 'start.sh text"
                        + " eol=lf' >>.gitattributes && git add --renormalize start.sh .gitattributes`");

        // What it says mends it.
        app.write(".gitattributes", "start.sh text eol=lf\n");
        app.developer()
                .git("add", "--renormalize", "start.sh", ".gitattributes")
                .mustSucceed();
        app.developer().git("add", ".gitattributes").mustSucceed();
        app.developer().git("commit", "-q", "-m", "Mend the line ends").mustSucceed();
        app.push().mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v");
    }

    @Test
    void aVariableThatIsNeverUsedIsNotTaken() {
        App app = server();
        assertThat(app.verb("config:set", "A=1", "PORT=3000").mustFail().err())
                .contains(" !     PORT cannot be set: tinyserv gives each web process a PORT of its own");
        for (String name : new String[] {"DYNO", "TINYSERV_APP", "TINYSERV_ANYTHING", "HEROKU_SLUG_COMMIT"}) {
            assertThat(app.verb("config:set", name + "=x").mustFail().err())
                    .contains(" !     " + name + " cannot be set: tinyserv sets it for each process");
        }
        assertThat(app.verb("config", "-s").out()).isEmpty();
        app.write(
                        "app.json",
                        "{\"env\": {\"PORT\": {\"value\": \"3000\"}, \"DYNO\": {\"required\": true}, \"B\": \"2\"}}")
                .commit("Describe it");
        assertThat(app.push().mustSucceed().err()).contains("of app.json is left out: tinyserv sets it itself");
        assertThat(app.verb("config", "-s").out().strip()).isEqualTo("B='2'");
    }

    @Test
    void aPathThatTakesTheProgramsAwayIsNamed() {
        App app = server();
        app.push().mustSucceed();
        assertThat(app.verb("config:set", "PATH=/x").mustFail().err())
                .contains(": node is in no folder of PATH, which is a config var of the app: remove it with"
                        + " `config:unset PATH`");
        assertThat(app.verb("config").mustSucceed().out()).doesNotContain("/x");
    }

    @Test
    void aNumberOfReleasesThatShowsNoneIsRefused() {
        App app = server();
        for (String number : List.of("0", "-1")) {
            assertThat(app.verb("releases", "-n", number).mustFail().err())
                    .isEqualTo(" !     -n takes a number from 1 on\n");
        }
        assertThat(app.verb("releases", "-n", "1").mustSucceed().out()).startsWith("v1");
    }

    @Test
    void aVariableIsUnsetOnce() throws IOException {
        App app = app(Map.of(
                "server.js",
                SERVER,
                "Procfile",
                "web: while [ -n \"$HELD\" ] && [ -e \"$HELD\" ]; do sleep 0.1; done; exec node server.js\n"));
        app.verb("config:set", "A=1").mustSucceed();
        app.push().mustSucceed();
        Path held = Files.createFile(app.folder().resolve("held"));
        try (Running setting = start(app, "config:set", "HELD=" + held)) {
            Eventually.until("it is being set", () -> setting.out().contains("Setting HELD"));
            try (Running one = start(app, "config:unset", "A");
                    Running other = start(app, "config:unset", "A")) {
                Eventually.until("both have looked", () -> isUnsetting(one) && isUnsetting(other));
                Files.delete(held);
                assertThat(setting.await(Duration.ofSeconds(60)).exit()).isZero();
                List<Result> results = List.of(one.await(Duration.ofSeconds(60)), other.await(Duration.ofSeconds(60)));
                assertThat(results).extracting(Result::exit).containsExactlyInAnyOrder(0, 1);
                assertThat(results.get(0).err() + results.get(1).err()).contains(app.name() + " has no config var A");
            }
        }
    }

    private static Running start(App app, String verb, String argument) {
        return app.developer().startSsh(verb, "-a", app.name(), argument);
    }

    private static boolean isUnsetting(Running verb) {
        return verb.out().contains("Unsetting A");
    }

    @Test
    void whoListensElsewhereIsToldAtOnceAndMayStillComeUp() throws IOException {
        App app = app(Map.of(
                "server.js",
                "const s = require('http').createServer((q, a) => a.end('v'));"
                        + "require('net').createServer().listen(+process.env.OTHER, '127.0.0.1');"
                        + "setTimeout(() => s.listen(process.env.PORT), 4000)",
                "Procfile",
                "web: node server.js\n"));
        int other = Ports.one();
        app.verb("config:set", "OTHER=" + other).mustSucceed();
        try (Running push = app.startPush()) {
            Eventually.until(
                    "it is told", () -> push.err().contains("web.1 listens on " + other + " and not on $PORT ("));
            assertThat(push.err()).doesNotContain("Launched");
            assertThat(push.await(Duration.ofSeconds(60)).mustSucceed().err())
                    .contains("yet; waiting for up to ", "Launched v3");
        }
    }

    @Test
    void aVariableThatIsBuiltInNamesRedeploy() {
        App app = server();
        assertThat(app.verb("config:set", "VITE_A=1").out()).doesNotContain("redeploy");
        app.push().mustSucceed();
        assertThat(app.verb("config:set", "VITE_A=1", "NEXT_PUBLIC_B=2", "C=3")
                        .mustSucceed()
                        .out())
                .endsWith(
                        "done, v4\nNEXT_PUBLIC_B, VITE_A are built into the files that browsers get: `tinyserv redeploy"
                                + " -a " + app.name() + "` builds them anew\n");
        assertThat(app.verb("config:unset", "REACT_APP_X").mustFail().out()).doesNotContain("redeploy");
        assertThat(app.verb("config:unset", "VITE_A").mustSucceed().out()).contains("VITE_A is built into");
        assertThat(app.verb("config:set", "PUBLIC_C=3").mustSucceed().out()).doesNotContain("redeploy");
    }

    @Test
    void anAppWithoutAWebProcessHasNoUrl() {
        App app = app(Map.of("Procfile", "worker: sleep 600\n"));
        Result push = app.push().mustSucceed();
        assertThat(push.err())
                .contains("Launched v2: worker runs; no web process")
                .doesNotContain("http://");
        assertThat(app.verb("redeploy").mustSucceed().out())
                .contains("Launched v3: worker runs; no web process")
                .doesNotContain("http://");
        assertThat(app.verb("info").out()).contains("no web process").doesNotContain("http://");
        assertThat(app.verb("info", "--json").out()).contains("\"url\" : null");
        assertThat(app.developer().ssh("apps").out().lines())
                .anyMatch(line -> line.startsWith(app.name()) && line.endsWith("   no web process"));
        assertThat(app.verb("open").mustFail().err()).contains(app.name() + " has no web process, and so no URL");
        assertThat(app.developer().tinyserv("open").mustFail().err())
                .contains(app.name() + " has no web process, and so no URL");
        app.developer().git("remote", "remove", "tinyserv").mustSucceed();
        app.developer().tinyserv("git:remote", "-a", app.name()).mustSucceed();
    }

    @Test
    void thatNothingSaysHowTheAppRunsIsSaidBeforeTheInstall() {
        App app = app(Map.of(
                "package.json",
                "{\"name\": \"x\", \"version\": \"1.0.0\", \"dependencies\": {\"there-is-none\": \"1.0.0\"}}",
                "Procfile.txt",
                "web: node server.js\n",
                "Dockerfile",
                "FROM node\n"));
        assertThat(app.push().mustFail().err())
                .contains(
                        " !     there is a file Procfile.txt, which is not read, and no Procfile: rename it with `git mv"
                                + " Procfile.txt Procfile`")
                .contains("there is Dockerfile, which is not read")
                .contains("nothing says how the app runs")
                .doesNotContain("Installing dependencies");
    }

    @Test
    void aLanguageThatIsNotBuiltIsNamed() {
        App app = app(Map.of("Cargo.toml", "", "src/main.rs", ""));
        assertThat(app.push().mustFail().err())
                .contains(
                        "there is Cargo.toml, but Rust is not built here: build it elsewhere and commit what runs with a"
                                + " Procfile, or name a buildpack that builds it with `buildpacks:set URL`");
        app.write("Procfile", "worker: sleep 600\n").commit("Say what runs");
        assertThat(app.push().mustSucceed().err()).contains(" !     there is Cargo.toml, but Rust is not built here");
    }
}
