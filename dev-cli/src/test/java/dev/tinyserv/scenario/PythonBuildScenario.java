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

/** Builds with the machine's Python and pip, from a wheel in the pushed repository. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class PythonBuildScenario {
    private final Stage stage;

    PythonBuildScenario(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    static void needsPython() {
        String missing = Requirements.unmet("python3");
        assumeTrue(missing.isEmpty(), missing);
    }

    @Test
    void aVirtualEnvironmentIsMadeKeptAndNotReplacedByOneThatIsNotWhatWasAskedFor() {
        App app = stage.developer().sample("python-packages", "packages");
        app.create();

        String first = app.push().mustSucceed().err();

        assertThat(first)
                .containsPattern("Building with python 3\\.\\d+\\.\\d+")
                .contains("python -m pip install -r requirements.txt");
        assertThat(Http.text(app.port(), "/")).matches("Hello from v2 world with Python 3\\.\\d+\\.\\d+\n");

        String second =
                app.write("notes.txt", "x").commit("Note").push().mustSucceed().err();
        assertThat(second).contains("nothing changed: .venv of the last build").doesNotContain("pip install");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v3 world");

        String list = app.developer().git("show", "HEAD:requirements.txt").out();
        String refused = app.write("requirements.txt", list.replaceAll("sha256:.", "sha256:0"))
                .commit("Break the list")
                .push()
                .mustFail()
                .err();
        assertThat(refused).contains("python -m pip install -r requirements.txt failed", "write the hashes anew");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v3 world");
    }
}
