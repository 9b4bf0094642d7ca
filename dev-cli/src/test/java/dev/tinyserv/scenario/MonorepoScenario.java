package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several apps in one repository. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class MonorepoScenario {
    private final Stage stage;

    MonorepoScenario(Stage stage) {
        this.stage = stage;
    }

    private App repository() {
        return stage.developer()
                .files(
                        "mono",
                        Map.of(
                                "services/api/package.json",
                                "{\"private\": true}",
                                "services/api/server.js",
                                """
                                const greeting = require("../../libs/greeting.js");
                                require("node:http").createServer((_, response) => response.end(greeting))
                                    .listen(process.env.PORT, "127.0.0.1");
                                """,
                                "libs/greeting.js",
                                "module.exports = \"one\";\n",
                                "services/web/index.html",
                                "<p>web</p>\n"));
    }

    @Test
    void eachAppIsBuiltFromItsFolderAndReleasedOnlyWhenItChanges() {
        App api = repository();
        api.create();
        assertThat(api.verb("apps:set", "root=services/api/", "watch=services/api,libs")
                        .mustSucceed()
                        .out())
                .contains("is of services/api; a push makes a release if it changes services/api, libs");
        api.push().mustSucceed();
        assertThat(Http.text(api.port(), "/")).isEqualTo("one");

        String before = api.deployedCommit();
        api.write("services/web/index.html", "<p>other</p>\n").commit("Only the web");
        assertThat(api.push().mustSucceed().err())
                .contains("No release: nothing changed since v2 in services/api, libs");
        assertThat(api.verb("releases").mustSucceed().out()).doesNotContain("v3");
        assertThat(api.deployedCommit()).isEqualTo(api.head()).isNotEqualTo(before);

        api.write("libs/greeting.js", "module.exports = \"two\";\n").commit("Libs");
        assertThat(api.push().mustSucceed().err()).contains("Launched v3");
        assertThat(Http.text(api.port(), "/")).isEqualTo("two");

        api.verb("apps:set", "root=services/web", "watch=").mustSucceed();
        assertThat(api.verb("redeploy").mustSucceed().out()).contains("Launched v4");
        assertThat(Http.text(api.port(), "/")).contains("other");
        api.verb("rollback").mustSucceed();
        assertThat(Http.text(api.port(), "/")).isEqualTo("two");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        App app = stage.developer().sample("node-hello", "rootless");
        app.deploy();
        assertThat(app.verb("apps:set", "root=../x").mustFail().err()).contains("is no path in the repository");
        assertThat(app.verb("apps:set", "root=/etc").mustFail().err()).contains("'/etc' is no path in the repository");
        assertThat(app.verb("apps:set", "colour=red").mustFail().err()).contains("there are root=FOLDER, watch=PATH");
        assertThat(app.verb("apps:set", "show=1X").mustFail().err()).contains("'1X' is no name of a config var");
        assertThat(app.verb("apps:set", "show=VITE_TITLE,NAME").mustSucceed().out())
                .contains("it may print VITE_TITLE, NAME");
        assertThat(app.verb("apps:info").mustSucceed().out()).contains("VITE_TITLE, NAME");
        app.verb("apps:set", "root=services/api", "show=").mustSucceed();
        app.write("new", "").commit("New");
        assertThat(app.push().mustFail().err()).contains("there is no services/api in commit");
        assertThat(app.verb("apps:info").mustSucceed().out()).contains("services/api");
        assertThat(Http.get(app.port(), "/").status()).isEqualTo(200);
    }
}
