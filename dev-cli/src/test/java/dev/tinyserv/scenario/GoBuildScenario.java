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

/** Builds with the real go command, from a module in the pushed repository. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class GoBuildScenario {
    private final Stage stage;

    GoBuildScenario(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    static void thereIsGo() {
        String unmet = Requirements.unmet("go");
        assumeTrue(unmet.isEmpty(), unmet);
    }

    @Test
    void aPushIsCompiledTheNextOneIsQuickAndOneWithAMissingModuleIsRefused() {
        App app = stage.developer().sample("go-hello", "gopher");
        app.create();
        // Debian's Go then takes the standard library as Debian compiled it, which saves a third of a minute.
        app.verb("config:set", "GOFLAGS=-trimpath=false").mustSucceed();

        assertThat(app.push().mustSucceed().err())
                .containsPattern("-----> Building with go 1\\.\\d+")
                .contains("go build -o bin/ example.com/go-hello");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");
        assertThat(app.verb("logs").mustSucceed().out()).contains("built with go1.");

        assertThat(app.write("README", "Unrelated\n")
                        .commit("Unrelated")
                        .push()
                        .mustSucceed()
                        .err())
                .contains("packages that did not change are kept from the last build");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v4 world\n");

        app.write("go.mod", "module example.com/go-hello\n\ngo 1.19\n").commit("Break");
        assertThat(app.push().mustFail().err())
                .contains("go.mod and go.sum do not fit the code; run `go mod tidy` and commit go.mod and go.sum");
        assertThat(Http.text(app.port(), "/")).as("what served goes on serving").isEqualTo("Hello from v4 world\n");
    }
}
