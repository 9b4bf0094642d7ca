package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The same verbs through the other doors: plain ssh, the server's own command, and a localhost without keys. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class DoorsScenario {
    private final Stage stage;

    DoorsScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void plainSshDoesEverything() {
        App app = stage.developer().sample("probe", "plain").deploy();
        Developer developer = app.developer();

        developer.ssh("config:set", "-a", "plain", "A=1").mustSucceed();
        assertThat(developer.ssh("config:get", "-a", "plain", "A").mustSucceed().out())
                .isEqualTo("1\n");
        assertThat(developer
                        .sshWithInput("from input", "config:set", "-a", "plain", "B=-")
                        .mustSucceed()
                        .exit())
                .isZero();
        assertThat(developer.ssh("config:get", "-a", "plain", "B").out()).isEqualTo("from input\n");
        for (String verb : List.of("ps", "releases", "apps:info", "config", "logs", "releases:info")) {
            assertThat(developer.ssh(verb, "-a", "plain").mustSucceed().out()).isNotEmpty();
        }
        developer.ssh("rollback", "-a", "plain", "v2").mustSucceed();
        developer.ssh("ps:restart", "-a", "plain").mustSucceed();
        developer.ssh("ps:stop", "-a", "plain").mustSucceed();
        developer.ssh("ps:start", "-a", "plain").mustSucceed();
        developer.ssh("redeploy", "-a", "plain").mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v6\n");
        developer.ssh("apps:destroy", "-a", "plain").mustFail();
        developer.ssh("apps:destroy", "-a", "plain", "-c", "plain").mustSucceed();
    }

    @Test
    void theServersOwnCommandDoesTheSame() {
        stage.server().remote("apps:create", "local").mustSucceed();
        assertThat(stage.server().remote("apps").mustSucceed().out()).containsPattern("(?m)^local +new ");
        stage.server().remote("config:set", "-a", "local", "A=1").mustSucceed();
        assertThat(stage.server()
                        .remote("config:get", "-a", "local", "A")
                        .mustSucceed()
                        .out())
                .isEqualTo("1\n");
        stage.server().remote("apps:destroy", "-a", "local", "-c", "local").mustSucceed();
        assertThat(stage.server().remote("no-such-verb").exit()).isEqualTo(2);
    }

    @Test
    void theServersOwnCommandLeavesToAScriptTheInputThatItDoesNotNeed() {
        stage.server().remote("apps:create", "scripted").mustSucceed();

        String answers = stage.server()
                .shell()
                .runWithInput(
                        "scripted\nscripted\n",
                        List.of(
                                "sh",
                                "-c",
                                "while read -r app; do \"$0\" apps:info -a \"$app\" || exit 1; echo \"told $app\"; done",
                                stage.server().command().toString()))
                .mustSucceed()
                .out();

        assertThat(answers.lines().filter("told scripted"::equals)).hasSize(2);
    }

    @Test
    void withLocalhostNoKeyIsNeeded() {
        String path = stage.server().command().getParent() + ":"
                + stage.developer().shell().environment().get("PATH");
        Map<String, String> local = Map.of(
                "TINYSERV_REMOTE",
                "localhost",
                "GIT_SSH_COMMAND",
                "false",
                "PATH",
                path,
                "TINYSERV_ROOT",
                stage.server().root().toString());
        App sample = stage.developer().sample("probe", "homely");
        App app = new App("homely", sample.folder(), sample.developer().with(local));

        app.developer().tinyserv("create").mustSucceed();
        Result push = app.push().mustSucceed();
        assertThat(push.err()).contains("Launched v2");

        int port = Json.of(app.developer().tinyserv("apps:info", "--json"))
                .at("/port")
                .asInt();
        assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        app.developer().tinyserv("config:set", "A=1").mustSucceed();
        assertThat(app.developer().tinyserv("config:get", "A").mustSucceed().out())
                .isEqualTo("1\n");
        app.developer().git("fetch", "tinyserv").mustSucceed();
        app.write("a.txt", "a").commit("With an option");
        assertThat(app.developer()
                        .git("push", "-o", "ci.skip", "tinyserv", "main")
                        .mustSucceed()
                        .err())
                .contains("Push options are ignored: ci.skip")
                .contains("Launched v4");
        app.write("server.js", "process.exit(3)").commit("Break it");
        app.push().mustFail();
        assertThat(Http.text(port, "/")).isEqualTo("v4\n");
    }

    @Test
    void theRepositoryItselfRefusesAPushThatGoesAroundTheAgent() {
        App app = stage.developer().sample("probe", "around");
        app.create();

        Result push = app.developer()
                .git(
                        "push",
                        stage.server().root().resolve("repositories/around").toString(),
                        "main")
                .mustFail();

        assertThat(push.err()).contains("tinyserv deploys pushes that come through tinyserv");
        assertThat(app.deployedCommit()).isEmpty();
    }

    @Test
    void scriptsGetJson() {
        App app = stage.developer().sample("probe", "parsed").deploy();
        app.verb("config:set", "A=1").mustSucceed();

        JsonNode apps = Json.of(app.developer().ssh("apps", "--json"));
        assertThat(apps.isArray()).isTrue();
        JsonNode own = apps.valueStream()
                .filter(each -> each.at("/name").asString().equals("parsed"))
                .findFirst()
                .orElseThrow();
        assertThat(own.propertyNames()).contains("name", "port", "state");
        assertThat(own.at("/state").asString()).isEqualTo("up");

        JsonNode info = Json.of(app.verb("apps:info", "--json"));
        assertThat(info.propertyNames()).contains("name", "port", "url", "release", "state");
        assertThat(info.at("/url").asString()).isEqualTo("http://127.0.0.1:" + app.port());

        JsonNode instances = Json.of(app.verb("ps", "--json"));
        assertThat(instances.size()).isEqualTo(1);
        assertThat(instances.get(0).propertyNames())
                .contains("name", "type", "state", "pid", "port", "release", "since", "restarts", "lastExit");
        assertThat(instances.at("/0/name").asString()).isEqualTo("web.1");
        assertThat(instances.at("/0/type").asString()).isEqualTo("web");
        assertThat(instances.at("/0/restarts").asInt()).isZero();
        assertThat(instances.at("/0/lastExit").isNull()).isTrue();
        assertThat(instances.at("/0/port").asInt())
                .isBetween(
                        stage.sandbox().ports().firstInstance(),
                        stage.sandbox().ports().lastInstance());

        JsonNode releases = Json.of(app.verb("releases", "--json"));
        assertThat(releases.valueStream()
                        .map(each -> each.at("/version").asInt())
                        .toList())
                .containsExactly(3, 2, 1);

        JsonNode config = Json.of(app.verb("config"));
        assertThat(config.at("/port").asInt()).isEqualTo(app.port());
        assertThat(config.at("/env/A").asString()).isEqualTo("1");

        JsonNode status = Json.of(stage.server().remote("status", "--json"));
        assertThat(status.propertyNames()).contains("pid", "version", "routerPid", "sshPort", "apps", "startedAt");
        assertThat(status.at("/sshPort").asInt())
                .isEqualTo(stage.sandbox().ports().ssh());
    }

    @Test
    void theReleaseFilesArePlainJsonThatOnlyTheOwnerReads() throws IOException {
        App app = stage.developer().sample("probe", "onfile").deploy();
        Path file = stage.server().root().resolve("releases/onfile.json");

        JsonNode release = Json.of(Files.readString(file));

        assertThat(release.propertyNames())
                .contains("schema", "app", "version", "id", "status", "createdAt", "createdBy", "description")
                .contains("commit", "port", "cmdline", "processes", "env", "slug", "buildpack");
        assertThat(release.at("/commit").asString()).isEqualTo(app.head());
        assertThat(release.at("/cmdline").asString()).isEqualTo("node server.js");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(stage.server().root().resolve("releases/onfile/v1.json")).exists();
    }
}
