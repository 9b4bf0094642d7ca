package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.fault.Requirements;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Builds with real Deno and Bun, from what is in the pushed repository. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class DenoAndBunBuildScenario {
    private final Stage stage;

    DenoAndBunBuildScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void denoChecksTypesBeforeAReleaseGoesLive() {
        assumeThat(Requirements.unmet("deno")).isEmpty();
        App app = stage.developer().sample("deno-hello", "deno");
        app.create();

        assertThat(app.push().mustSucceed().err()).contains("Building with deno ", "deno check main.ts");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v2, Deno ");

        app.write(
                        "main.ts",
                        "const port: number = Deno.env.get(\"PORT\");\nDeno.serve({ port }, () => new Response());\n")
                .commit("Mistake");
        assertThat(app.push().mustFail().err())
                .contains("is not assignable to type 'number'", "deno check main.ts failed with exit status 1");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v2, Deno ");
    }

    @Test
    void bunInstallsWhatItsLockFileSaysAndRunsTheStartScript() {
        assumeThat(Requirements.unmet("bun")).isEmpty();
        App app = stage.developer().sample("bun-hello", "bun");
        app.create();

        assertThat(app.push().mustSucceed().err()).contains("Building with bun ", "bun install --frozen-lockfile");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v2, Bun ");
    }
}
