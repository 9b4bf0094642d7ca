package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.fault.Requirements;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Buildpacks of one's own, with Heroku's classic interface, from a folder of the server. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class ClassicBuildpackScenario {
    private final Stage stage;

    ClassicBuildpackScenario(Stage stage) {
        this.stage = stage;
    }

    private static String pack(String name) {
        Path packs = Repository.root().resolve("test-fixtures/classic");
        return packs.resolve(name).toString();
    }

    @Test
    void oneExportsForTheNextAndTheLastSaysHowTheAppRuns() {
        assumeThat(Requirements.unmet("python3")).isEmpty();
        App app = stage.developer().files(stage.newName("classic"), Map.of("greeting.txt", "Good morning"));
        app.create();
        app.verb("config:set", "GREETING_FOR=Ada").mustSucceed();
        app.verb("buildpacks:add", pack("greeter")).mustSucceed();
        app.verb("buildpacks:add", pack("page-server")).mustSucceed();

        assertThat(app.push().mustSucceed().err())
                .containsSubsequence(
                        "Greeter app detected",
                        "build number 1 of this app",
                        "Page server app detected",
                        "Good morning, ");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Good morning, Ada!\n");

        assertThat(app.write("more", "x").commit("More").push().mustSucceed().err())
                .contains("build number 2 of this app");

        app.developer().git("rm", "-q", "greeting.txt").mustSucceed();
        assertThat(app.commit("No greeting").push().mustFail().err())
                .contains("the buildpack " + pack("greeter") + " finds none of its files in this app");
        assertThat(Http.text(app.port(), "/")).as("the old release serves").isEqualTo("Good morning, Ada!\n");
    }
}
