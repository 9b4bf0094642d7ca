package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.fault.Campaign;
import dev.tinyserv.fixtures.fault.Requirements;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The samples of Node.js and Python with the lock file of another package manager, which it writes itself. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class PackageManagersScenario {
    private static final String PYPROJECT = """
            [tool.poetry]
            name = "app"
            version = "1.0.0"
            description = ""
            authors = []
            [tool.poetry.dependencies]
            python = "^3.8"
            tiny-serve = {path = "vendor/tiny_serve-1.0.0-py3-none-any.whl"}
            """;
    private static final String PIPFILE = """
            [packages]
            tiny-serve = {file = "./vendor/tiny_serve-1.0.0-py3-none-any.whl"}
            """;

    private final Stage stage;

    PackageManagersScenario(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    static void areSlow() {
        assumeTrue(Campaign.isOn(), "package managers take their time: with -Pcampaign only");
    }

    private static void lock(App app, String command) {
        app.developer().shell().script(command).mustSucceed();
    }

    private static void needs(String program) {
        String missing = Requirements.unmet(program);
        assumeTrue(missing.isEmpty(), missing);
    }

    @ParameterizedTest
    @CsvSource({
        "pnpm, pnpm install --lockfile-only, pnpm-lock.yaml",
        "bun, bun install --lockfile-only, bun.lock",
    })
    void nodeModulesAreInstalledAsLocked(String program, String locking, String lock) throws IOException {
        needs(program);
        App app = stage.developer().sample("node-deps", "locked-" + program).create();
        Files.delete(app.folder().resolve("package-lock.json"));
        lock(app, locking);
        assertThat(app.folder().resolve(lock)).exists();
        app.write(".gitignore", "node_modules\n").commit("Lock with " + program);

        String push = app.push().mustSucceed().err();

        assertThat(push).contains(program + " install --frozen-lockfile");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
    }

    @ParameterizedTest
    @CsvSource({"poetry, pyproject.toml, poetry lock --no-interaction", "pipenv, Pipfile, pipenv lock"})
    void pythonPackagesAreInstalledAsLocked(String program, String file, String locking) throws IOException {
        needs(program);
        App app =
                stage.developer().sample("python-packages", "locked-" + program).create();
        Files.delete(app.folder().resolve("requirements.txt"));
        app.write(file, program.equals("poetry") ? PYPROJECT : PIPFILE);
        lock(app, locking);
        app.commit("Lock with " + program);

        String push = app.push().mustSucceed().err();

        assertThat(push).contains(program + " install");
        assertThat(Http.text(app.port(), "/")).startsWith("Hello from v2 world with Python 3.");
    }
}
