package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.fixtures.Http;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Builds with real Node and npm, from tarballs in the pushed repository. */
@Tag("thorough")
class NodeBuildScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of("TINYSERV_KEEP_SLUGS", "2"));

    private static List<Path> slugs(App app) {
        try (Stream<Path> slugs =
                Files.list(STAGE.server().root().resolve("builds").resolve(app.name()))) {
            return slugs.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void dependenciesAreThereDevelopmentOnesOnlyForTheBuildAndNodeModulesAreKept() {
        App app = STAGE.developer().sample("node-deps", "deps");
        app.create();

        String first = app.push().mustSucceed().err();

        assertThat(first).contains("npm ci").contains("tiny-page wrote dist/page.txt");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
        Path slug = slugs(app).get(0);
        assertThat(slug.resolve("node_modules/tiny-greeting")).isDirectory();
        assertThat(slug.resolve("node_modules/tiny-page")).doesNotExist();
        assertThat(slug.resolve("dist/page.txt")).exists();

        String second = app.write("page.txt", "Another page\n")
                .commit("Page")
                .push()
                .mustSucceed()
                .err();
        assertThat(second).contains("tiny-page wrote").doesNotContain("npm ci");
        assertThat(Http.text(app.port(), "/page")).isEqualTo("Another page\n");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v3 world\n");
        assertThat(slug.resolve("page.txt"))
                .as("the older slug is as it was")
                .hasContent("Built with GREETING={{GREETING}}");
    }

    @Test
    void aLockFileThatDoesNotFitFailsTheBuild() {
        App app = STAGE.developer().sample("node-deps", "misfit");
        app.create();
        app.write(
                        "package.json",
                        app.developer()
                                .git("show", "HEAD:package.json")
                                .out()
                                .replace("\"tiny-greeting\"", "\"tiny-other\""))
                .commit("Misfit");

        assertThat(app.push().mustFail().err())
                .contains(
                        "npm ci --include=dev failed with exit status 1: package-lock.json does not fit package.json");
        assertThat(Http.get(app.port(), "/").status()).isEqualTo(503);
    }

    @Test
    void packagesOfOneRepositoryAreInstalledTogether() {
        App app = STAGE.developer().sample("node-workspaces", "together").create();

        String first = app.push().mustSucceed().err();

        assertThat(first).contains("npm ci");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");

        String second = app.write("packages/greeting/index.js", "module.exports = () => 'Changed';\n")
                .commit("Change a package that another one needs")
                .push()
                .mustSucceed()
                .err();
        assertThat(second).contains("nothing changed").doesNotContain("npm ci");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Changed\n");

        app.verb("rollback").mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v4 world\n");
    }

    @Test
    void withoutALockFileNpmInstallIsUsed() {
        App app = STAGE.developer().sample("node-deps", "unlocked");
        app.create();
        app.developer().git("rm", "-q", "package-lock.json").mustSucceed();

        assertThat(app.commit("Unlock").push().mustSucceed().err()).contains("npm install");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
    }

    @Test
    void anotherNodeThanTheMachinesIsWarnedAbout() {
        App app = STAGE.developer().sample("node-hello", "older");
        app.create();
        app.write("package.json", """
                {"name": "x", "version": "1.0.0", "scripts": {"start": "node server.js"}, "engines": {"node": "4.x"}}
                """).commit("Old");

        assertThat(app.push().mustSucceed().err()).contains("4.x").contains("engines");
        assertThat(Http.text(app.port(), "/")).isEqualTo("Hello from v2 world\n");
    }

    @Test
    void aBrokenPackageJsonIsRefusedInWords() {
        App app = STAGE.developer().sample("node-hello", "broken");
        app.create();

        assertThat(app.write("package.json", "{\"name\": ")
                        .commit("Break")
                        .push()
                        .mustFail()
                        .err())
                .contains("package.json")
                .doesNotContain("Exception");
    }

    @Test
    void slugsBeyondTheKeptOnesAreSweptAndARollbackToOneIsRefusedNamingTheCommit() {
        App app = STAGE.developer().sample("probe", "swept").deploy();
        String first = app.head();
        for (int i = 0; i < 4; i++) {
            app.write("n", "n" + i).commit("Change " + i).push().mustSucceed();
        }

        Eventually.until(
                "only the kept ones and what runs are left", () -> slugs(app).size() <= 3);
        assertThat(app.verb("rollback", "v2").mustFail().err()).contains(first.substring(0, 7));
        app.verb("rollback", "v5").mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v7\n");
    }

    /** Device and inode of each file in an app's node_modules. */
    private static List<Object> modules(App app) {
        return Folders.walk(slugs(app).get(0).resolve("node_modules")).stream()
                .filter(Files::isRegularFile)
                .map(NodeBuildScenario::identity)
                .toList();
    }

    private static Object identity(Path file) {
        try {
            return Objects.requireNonNull(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nodeModulesAreNeverSharedBetweenApps() {
        App one = STAGE.developer().sample("node-deps", "one").deploy();
        App two = STAGE.developer().sample("node-deps", "two").deploy();

        assertThat(Http.text(one.port(), "/")).startsWith("Hello");
        assertThat(Http.text(two.port(), "/")).startsWith("Hello");
        assertThat(modules(one)).isNotEmpty().doesNotContainAnyElementsOf(modules(two));
    }

    @Test
    void aPythonAppAndAWorkerNeedNoBuild() {
        App python = STAGE.developer().sample("python-hello", "python").deploy();
        App worker = STAGE.developer().sample("shell-worker", "worker").deploy();

        assertThat(Http.text(python.port(), "/")).isEqualTo("Hello from v2 world\n");
        assertThat(Json.of(worker.verb("ps", "--json")).at("/0/name").asString())
                .isEqualTo("worker.1");
        assertThat(Http.get(worker.port(), "/").status())
                .as("a worker takes no requests")
                .isEqualTo(503);
    }
}
