package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the machine's pnpm, Yarn and Bun, and packages that are made here: no registry is asked. */
@Tag("thorough")
@Timeout(180)
class OtherPackageManagersTest {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Map<String, String> environment;
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        environment = Map.of(
                "PATH",
                PATH,
                "HOME",
                Files.createDirectory(folder.resolve("temp")).toString(),
                "npm_config_registry",
                "http://127.0.0.1:1/",
                "npm_config_fetch_retries",
                "0");
        Files.createDirectory(folder.resolve("cache"));
        app = Files.createDirectory(folder.resolve("app"));
        tarball("greet", "module.exports = () => 'hello';");
        tarball(
                "shout",
                "#!/usr/bin/env node\nrequire('fs').writeFileSync('shouted', require('greet')().toUpperCase());");
        Files.writeString(app.resolve("package.json"), """
                {"name": "myapp", "version": "1.0.0",
                "scripts": {"build": "shout", "start": "node server.js"},
                "dependencies": {"greet": "file:greet.tgz"}, "devDependencies": {"shout": "file:shout.tgz"}}
                """);
    }

    private void tarball(String name, String code) throws IOException {
        Path source = Files.createDirectories(folder.resolve("sources/" + name + "/package"));
        Files.writeString(
                source.resolve("package.json"),
                "{\"name\": \"%1$s\", \"version\": \"1.0.0\", \"bin\": {\"%1$s\": \"index.js\"}}".formatted(name));
        Path index = Files.writeString(source.resolve("index.js"), code);
        assertThat(index.toFile().setExecutable(true)).isTrue();
        run(source.resolveSibling(""), "tar", "czf", app.resolve(name + ".tgz").toString(), "package");
    }

    /** Yarn 1 writes hashes of local tarballs into its lock file that it then finds to be wrong. */
    private void replaceTarballsByFolders() throws IOException {
        for (String name : List.of("greet", "shout")) {
            Files.delete(app.resolve(name + ".tgz"));
            Files.move(folder.resolve("sources/" + name + "/package"), app.resolve(name));
        }
        Path json = app.resolve("package.json");
        Files.writeString(json, Files.readString(json).replaceAll("file:(\\w+).tgz", "file:./$1"));
    }

    private void run(Path where, String... command) {
        Command.of(command).in(where).environment(environment).collect();
    }

    private static void needs(String program) {
        assumeTrue(Program.find(program, Map.of("PATH", PATH)).isPresent(), "needs " + program);
    }

    private BuiltApp build() throws IOException {
        lines.clear();
        return new NodeBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add));
    }

    private String transcript() {
        return String.join("\n", lines);
    }

    @ParameterizedTest
    @CsvSource({
        "pnpm, pnpm install --lockfile-only, pnpm-lock.yaml, pnpm start",
        "yarn, yarn install --ignore-scripts, yarn.lock, yarn start",
        "bun, bun install --lockfile-only, bun.lock, bun run start",
    })
    void installsWhatTheirLockFileSaysAndShipsWithoutDevelopmentDependencies(
            String program, String locking, String lock, String start) throws IOException {
        needs(program);
        if (program.equals("yarn")) {
            replaceTarballsByFolders();
        }
        run(app, locking.split(" ", -1));
        FileTree.delete(app.resolve("node_modules"));
        assertThat(app.resolve(lock)).exists();

        BuiltApp built = build();

        assertThat(transcript()).contains(program + " install", program + " run build");
        assertThat(app.resolve("shouted")).hasContent("HELLO");
        assertThat(app.resolve("node_modules/greet/index.js")).exists();
        assertThat(app.resolve("node_modules/shout")).doesNotExist();
        assertThat(built.defaultProcesses()).containsEntry("web", start);
        assertThat(app.resolve(".profile.d/node.sh")).exists();
    }

    @ParameterizedTest
    @CsvSource({
        "pnpm, pnpm install --lockfile-only, pnpm-lock.yaml",
        "yarn, yarn install --ignore-scripts, yarn.lock",
        "bun, bun install --lockfile-only, bun.lock",
    })
    void aLockFileThatDoesNotFitIsRefusedWithTheRemedy(String program, String locking, String lock) throws IOException {
        needs(program);
        run(app, locking.split(" ", -1));
        FileTree.delete(app.resolve("node_modules"));
        Files.copy(app.resolve("greet.tgz"), app.resolve("other.tgz"));
        Files.writeString(
                app.resolve("package.json"),
                Files.readString(app.resolve("package.json")).replace("file:greet.tgz", "file:other.tgz"));

        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageEndingWith(
                        lock + " does not fit package.json; run `" + program + " install` and commit " + lock);
    }

    @Test
    void theFirstOfTwoLockFilesCountsAndTheOtherIsTold() throws IOException {
        Files.writeString(app.resolve("package-lock.json"), "{}");
        Files.writeString(app.resolve("yarn.lock"), "# yarn lockfile v1\n");
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class);
        assertThat(transcript())
                .contains(" !     package-lock.json and yarn.lock are both there: npm is used;"
                        + " remove the other with `git rm`");
    }

    @ParameterizedTest
    @CsvSource({
        "npm@10.1.0, NPM",
        "pnpm@9.1.0+sha512.abc, PNPM",
        "yarn@1.22.22, YARN",
        "yarn@4.1.0, BERRY",
        "bun@1.1.0, BUN",
    })
    void thePackageJsonNamesThePackageManager(String named, PackageManager expected) throws IOException {
        Files.writeString(app.resolve("package.json"), "{\"packageManager\": \"" + named + "\"}");
        assertThat(PackageManager.of(PackageJson.read(app), app, lines::add)).isEqualTo(expected);
        assertThat(lines).isEmpty();
    }

    @Test
    void aManagerThatNobodyKnowsIsToldAndNpmTaken() throws IOException {
        Files.writeString(app.resolve("package.json"), "{\"packageManager\": \"yarnish@1\"}");
        assertThat(PackageManager.of(PackageJson.read(app), app, lines::add)).isEqualTo(PackageManager.NPM);
        assertThat(lines)
                .containsExactly(
                        " !     packageManager in package.json is yarnish@1, and npm, pnpm, yarn and bun are known:"
                                + " write one of them, such as npm@11.4.0");
    }

    @Test
    void aLockFileOfALaterYarnIsKnown() throws IOException {
        Files.writeString(app.resolve("yarn.lock"), "# This file is generated\n\n__metadata:\n  version: 8\n");
        assertThat(PackageManager.of(PackageJson.read(app), app, lines::add)).isEqualTo(PackageManager.BERRY);
    }

    @Test
    void saysHowToGetWhatIsMissing() throws IOException {
        Files.writeString(app.resolve("pnpm-lock.yaml"), "lockfileVersion: '9.0'\n");
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(
                bin.resolve("node"), Program.find("node", Map.of("PATH", PATH)).orElseThrow());
        environment =
                Map.of("PATH", bin.toString(), "HOME", folder.resolve("temp").toString());
        assertThatThrownBy(this::build)
                .hasMessage("pnpm is not installed on the server; with npm: npm install -g pnpm");
    }
}
