package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.fault.Requirements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One app in two languages: its pages are made by Node.js, and a program in Go serves them. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class SeveralBuildpacksScenario {
    private final Stage stage;

    SeveralBuildpacksScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void theyBuildInTheirOrderAndTheLastSaysHowTheAppRuns() {
        assumeThat(Requirements.unmet("go", "node")).isEmpty();
        App app = stage.developer().sample("go-hello", "both");
        app.create();
        app.write("package.json", """
                {"name": "pages", "version": "1.0.0", "scripts": {"build": "echo made >page"}}
                """);

        assertThat(app.verb("buildpacks").mustSucceed().out()).contains("detects its buildpack");
        app.verb("buildpacks:add", "heroku/go").mustSucceed();
        assertThat(app.verb("buildpacks:add", "node", "-i", "1").mustSucceed().out())
                .contains("  1. node\n  2. go\n");
        assertThat(app.verb("buildpacks:add", "cobol").mustFail().err()).contains("no buildpack 'cobol'; there are ");

        // As in GoBuildScenario, the standard library as Debian compiled it.
        app.verb("config:set", "GOFLAGS=-trimpath=false").mustSucceed();

        assertThat(app.commit("Pages").push().mustSucceed().err())
                .containsSubsequence("Building with node", "npm run build", "Building with go ");
        assertThat(Http.get(app.port(), "/").status()).isEqualTo(200);
        assertThat(Json.of(app.verb("releases:info", "--json")).at("/buildpack").asString())
                .isEqualTo("node, go");

        app.verb("buildpacks:remove", "go").mustSucceed();
        assertThat(Json.of(app.verb("buildpacks", "--json")).at("/0/name").asString())
                .isEqualTo("node");
        assertThat(app.verb("redeploy").mustFail().err()).contains("nothing says how the app runs");
        app.verb("buildpacks:clear").mustSucceed();
        assertThat(Http.get(app.port(), "/").status()).as("nothing changed").isEqualTo(200);
    }
}
