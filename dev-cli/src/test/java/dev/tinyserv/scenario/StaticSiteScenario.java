package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.HttpReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sites that the router serves without a process, as curl and a browser would ask for them. */
@ExtendWith(SharedStage.class)
class StaticSiteScenario {
    private final Stage stage;

    StaticSiteScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void aFolderOfPagesIsServedByTheRouter() {
        App app = stage.developer().sample("site-hello", "pages");
        app.create();

        assertThat(app.push().mustSucceed().err())
                .contains("Preparing the site in the app's folder", "5 files", "Launched v2");
        int port = app.port();
        assertThat(Http.text(port, "/")).contains("Hello from a folder");
        assertThat(Http.text(port, "/about")).contains("No process serves this");
        assertThat(Http.get(port, "/guide").header("Location")).isEqualTo("/guide/");
        assertThat(Http.text(port, "/guide/")).contains("How it is done");
        HttpReply missing = Http.get(port, "/nowhere");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).contains("There is no such page here");
        assertThat(app.verb("ps").mustSucceed().out()).contains("the router serves its files");
        assertThat(app.verb("apps:info").mustSucceed().out()).contains("up");
    }

    @Test
    void itIsStoppedStartedAndRolledBackLikeAnyApp() {
        App app = stage.developer().sample("site-hello", "steps");
        app.deploy();
        int port = app.port();
        app.write("index.html", "<p>second</p>\n").commit("Second");
        app.push().mustSucceed();
        assertThat(Http.text(port, "/")).contains("second");

        app.verb("rollback").mustSucceed();
        assertThat(Http.text(port, "/")).contains("Hello from a folder");
        app.verb("ps:stop").mustSucceed();
        assertThat(Http.get(port, "/").status()).isEqualTo(503);
        app.verb("ps:start").mustSucceed();
        assertThat(Http.text(port, "/")).contains("Hello from a folder");
    }

    @Test
    void aProcessGivesWayToASiteAndASiteToAProcess() {
        App app = stage.developer().sample("node-hello", "swap");
        app.deploy();
        int port = app.port();
        app.developer().git("rm", "-q", "-r", ".").mustSucceed();
        app.write("index.html", "<p>only pages</p>\n").commit("Only pages");
        app.push().mustSucceed();
        assertThat(Http.text(port, "/")).contains("only pages");

        app.verb("rollback").mustSucceed();
        assertThat(Http.text(port, "/")).doesNotContain("only pages");
        app.verb("rollback", "v3").mustSucceed();
        assertThat(Http.text(port, "/")).contains("only pages");
    }

    @Test
    void whatABuildScriptMakesIsServedAsASinglePage() {
        App app = stage.developer().sample("site-bundled", "bundled");
        app.create();

        assertThat(app.push().mustSucceed().err()).contains("Building with node", "Preparing the site in dist");
        assertThat(Http.text(app.port(), "/customers/7")).contains("src=\"/main.js\"");
        assertThat(Http.get(app.port(), "/package.json").status()).isEqualTo(404);
    }
}
