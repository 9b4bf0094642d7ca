package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.fault.Requirements;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Builds with real Ruby and Bundler, from a gem in the pushed repository. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class RubyBuildScenario {
    private final Stage stage;

    RubyBuildScenario(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    static void thereIsRuby() {
        String unmet = Requirements.unmet("ruby", "bundle");
        assumeTrue(unmet.isEmpty(), unmet);
    }

    @Test
    void gemsAreInstalledAndKeptAndALockFileThatDoesNotFitIsRefused() {
        App app = stage.developer().sample("ruby-hello", "ruby");
        app.create();

        assertThat(app.push().mustSucceed().err())
                .containsPattern("-----> Building with ruby \\d+\\.\\d+")
                .contains("bundle install")
                .doesNotContain("gems of the last build");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
        assertThat(app.verb("logs").mustSucceed().out())
                .containsPattern("runs on ruby \\d+")
                .contains(", production");

        assertThat(app.write("README", "Unrelated\n")
                        .commit("Unrelated")
                        .push()
                        .mustSucceed()
                        .err())
                .contains("nothing changed: gems of the last build");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");

        app.write("Gemfile", "source \"https://rubygems.org\"\ngem \"other\", path: \"vendor/greeting\"\n")
                .commit("Break");
        assertThat(app.push().mustFail().err())
                .contains("Gemfile.lock does not fit the Gemfile; run `bundle install` and commit Gemfile.lock");
        assertThat(Http.text(app.port(), "/")).as("what served goes on serving").isEqualTo("Hello from v3 world\n");
    }
}
