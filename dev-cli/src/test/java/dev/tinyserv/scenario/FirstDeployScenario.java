package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Ports;
import dev.tinyserv.fixtures.Result;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A developer's whole way with the developer's own command. */
class FirstDeployScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static App created(String name) {
        App app = STAGE.developer().sample("node-hello", name);
        app.developer().tinyserv("create").mustSucceed();
        return app;
    }

    @Test
    void createPushAndThePageIsThere() {
        App app = STAGE.developer().sample("node-hello", "first");

        Result create = app.developer().tinyserv("create").mustSucceed();
        assertThat(create.all()).contains("first").contains(":" + app.port());
        assertThat(app.developer().git("remote", "get-url", "tinyserv").out()).contains("first");

        Result push = app.push().mustSucceed();
        assertThat(push.err())
                .contains("remote: -----> ")
                .contains("Launched v2")
                .contains("http://127.0.0.1:" + app.port());
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
        assertThat(app.deployedCommit()).isEqualTo(app.head());

        Developer developer = app.developer();
        assertThat(developer.tinyserv("ps").mustSucceed().out()).containsPattern("(?m)^web\\.1 +up +v2 ");
        assertThat(developer.tinyserv("logs", "-n", "50").mustSucceed().out())
                .contains("app[web.1]: listening on ")
                .contains("tinyserv[");
        assertThat(developer.tinyserv("open").mustSucceed().all()).contains("http://127.0.0.1:" + app.port());
        assertThat(developer.tinyserv("apps").mustSucceed().out()).containsPattern("(?m)^first +up +v2 ");
        assertThat(developer.tinyserv("apps:info").mustSucceed().out())
                .contains("first", "v2", "http://127.0.0.1:" + app.port());
    }

    @Test
    void configurationIsSetShownAndUnsetEachAsANewRelease() {
        App app = created("configured");
        app.push().mustSucceed();
        Developer developer = app.developer();

        assertThat(developer
                        .tinyserv("config:set", "GREETING=Ada", "OTHER=x")
                        .mustSucceed()
                        .all())
                .contains("v3");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 Ada\n");
        assertThat(developer.tinyserv("config:get", "GREETING").mustSucceed().out())
                .isEqualTo("Ada\n");
        assertThat(Json.of(developer.tinyserv("config")).at("/env/GREETING").asString())
                .isEqualTo("Ada");
        assertThat(Json.of(developer.tinyserv("config")).at("/port").asInt()).isEqualTo(app.port());
        assertThat(Json.of(developer.tinyserv("config", "-j")).at("/OTHER").asString())
                .isEqualTo("x");

        assertThat(developer
                        .tinyserv("config:unset", "GREETING", "OTHER")
                        .mustSucceed()
                        .all())
                .contains("v4");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v4 world\n");
        developer.tinyserv("config:get", "GREETING").mustFail();
    }

    @Test
    void rollbackBringsBackCodeAndConfigurationAndBuildsNothing() {
        App app = created("rolled");
        app.push().mustSucceed();
        Developer developer = app.developer();
        developer.tinyserv("config:set", "GREETING=Ada").mustSucceed();
        app.write("server.js", "require('node:http').createServer((q, r) => r.end('new')).listen(process.env.PORT);")
                .commit("Say new")
                .push()
                .mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("new");

        Result toThird = developer.tinyserv("rollback", "v3").mustSucceed();
        assertThat(toThird.all()).contains("done, v5 (Rollback to v3)").doesNotContain("npm");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v5 Ada\n");

        developer.tinyserv("rollback").mustSucceed();
        assertThat(Http.text(app.port(), "/")).as("one back from v5 is v4").isEqualTo("new");

        Result releases = developer.tinyserv("releases").mustSucceed();
        assertThat(releases.out().lines().filter(line -> line.startsWith("v")).toList())
                .hasSize(6)
                .first()
                .asString()
                .startsWith("v6");
        assertThat(releases.out()).contains("tester").contains("GREETING").doesNotContain("Ada");
        assertThat(developer.tinyserv("releases:info", "v2").mustSucceed().out())
                .contains("v2")
                .contains("tester");
        assertThat(developer.tinyserv("rollback", "v99").mustFail().err())
                .contains("has no release v99; `releases` lists those there are");
    }

    @Test
    void redeployNeedsNoNewCommit() {
        App app = created("again");
        app.push().mustSucceed();

        app.developer().tinyserv("redeploy").mustSucceed();

        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");
        assertThat(app.push().mustSucceed().err()).contains("Everything up-to-date");
    }

    @Test
    void anAppIsStoppedStartedAndRestarted() {
        App app = created("halted");
        app.push().mustSucceed();
        Developer developer = app.developer();

        developer.tinyserv("ps:stop").mustSucceed();
        assertThat(Http.get(app.port(), "/").status()).isEqualTo(503);
        assertThat(Http.get(app.port(), "/").text().strip()).contains("stopped").hasLineCount(1);

        developer.tinyserv("ps:start").mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");

        List<Integer> before = pidsUp(app);
        assertThat(before).hasSize(1);
        developer.tinyserv("ps:restart").mustSucceed();
        assertThat(pidsUp(app)).hasSize(1).doesNotContainAnyElementsOf(before);
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
    }

    /** The former process may still be listed for a while, as stopping. */
    private static List<Integer> pidsUp(App app) {
        return Json.of(app.verb("ps", "--json"))
                .valueStream()
                .filter(process -> process.path("state").asString().equals("up"))
                .map(process -> process.path("pid").asInt())
                .toList();
    }

    @Test
    void destroyAsksForTheNameAndTakesTheRemoteAway() {
        App app = created("doomed");
        app.push().mustSucceed();
        int port = app.port();

        app.developer().tinyservWithInput("other\n", "apps:destroy").mustFail();
        app.developer().tinyserv("apps:destroy").mustFail();
        app.developer().tinyserv("apps:destroy", "-c", "dooomed").mustFail();
        assertThat(Http.get(port, "/").status()).isEqualTo(200);

        app.developer().tinyservWithInput("doomed\n", "apps:destroy").mustSucceed();
        assertThat(Ports.isFree(port)).isTrue();
        assertThat(app.developer().git("remote").out()).doesNotContain("tinyserv");
        assertThat(STAGE.developer().ssh("apps").mustSucceed().out()).doesNotContain("doomed");

        App heir = created("heir");
        assertThat(heir.port()).as("the lowest free port").isEqualTo(port);
        heir.developer().tinyserv("destroy", "-c", "heir").mustSucceed();
    }

    @Test
    void anAppIsNamedWithAWhenTheFolderHasNoRemote() {
        App app = created("elsewhere");
        Developer away = STAGE.developer().in(STAGE.developer().newFolder("empty"));

        assertThat(away.tinyserv("apps:info", "-a", "elsewhere").mustSucceed().out())
                .contains("elsewhere");
        assertThat(away.tinyserv("ps").mustFail().err()).contains("-a");
        assertThat(Http.get(app.port(), "/").status())
                .as("created but never deployed")
                .isEqualTo(503);
    }
}
