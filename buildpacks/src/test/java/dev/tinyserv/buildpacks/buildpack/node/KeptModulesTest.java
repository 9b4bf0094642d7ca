package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the machine's package managers have installed, in the next build: with packages of a registry on loopback. */
@Tag("thorough")
@Timeout(90)
class KeptModulesTest {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
    private static final String NOTHING_CHANGED = "nothing changed: node_modules of the last build";
    private static final Path YARN_4 = Path.of("/usr/local/lib/yarn-4/node_modules/@yarnpkg/cli-dist/bin/yarn.js");
    private static final String GREETING = "console.log(require('greet')())\n";

    @TempDir
    private Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private PackageRegistry registry;
    private Path source;
    private Path app;
    private int releases;

    @BeforeEach
    void aRegistry() throws Exception {
        registry = new PackageRegistry();
        Files.createDirectory(folder.resolve("cache"));
        environment.put("PATH", PATH);
        environment.put("HOME", Files.createDirectory(folder.resolve("temp")).toString());
        environment.put("npm_config_registry", registry.url());
        environment.put("YARN_NPM_REGISTRY_SERVER", registry.url());
        environment.put("YARN_UNSAFE_HTTP_WHITELIST", "127.0.0.1");
        offer("greet", "module.exports = () => 'hello';");
        offer(
                "shout",
                "#!/usr/bin/env node\nrequire('fs').writeFileSync('shouted', require('greet')().toUpperCase());");
        source = Files.createDirectory(folder.resolve("source"));
        app = folder.resolve("app");
        Files.writeString(source.resolve("server.js"), GREETING);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private void offer(String name, String code) throws Exception {
        Path packed = Files.createDirectories(folder.resolve(name + "/package"));
        Files.writeString(
                packed.resolve("package.json"),
                "{\"name\": \"%1$s\", \"version\": \"1.0.0\", \"bin\": {\"%1$s\": \"index.js\"}}".formatted(name));
        Files.writeString(packed.resolve("index.js"), code);
        Path tarball = folder.resolve(name + ".tgz");
        run(folder.resolve(name), "tar", "czf", tarball.toString(), "package");
        registry.offer(name, tarball);
    }

    private List<String> run(Path where, String... command) {
        return Command.of(command).in(where).environment(environment).collect().lines();
    }

    /** Makes the source of an app, as its developer would commit it. */
    private void commit(String manager, String scripts) throws IOException {
        commit(manager, scripts, true);
    }

    private void commit(String manager, String scripts, boolean locked) throws IOException {
        Files.writeString(source.resolve("package.json"), """
                {"name": "myapp", "version": "1.0.0", "scripts": {%s},
                "dependencies": {"greet": "1.0.0"}, "devDependencies": {"shout": "1.0.0"}}
                """.formatted(scripts));
        Path desk = folder.resolve("desk");
        String program = manager.startsWith("yarn") ? "yarn" : manager;
        assumeTrue(Program.find(program, environment).isPresent(), "needs " + program);
        if (program.equals("yarn")) {
            useYarn4(manager);
        }
        run(folder, "cp", "-a", source.toString(), desk.toString());
        if (!locked) {
            return;
        }
        switch (program) {
            case "yarn" -> {
                Files.createFile(desk.resolve("yarn.lock"));
                run(desk, "yarn", "install", "--mode=update-lockfile");
                Files.copy(desk.resolve("yarn.lock"), source.resolve("yarn.lock"));
            }
            case "pnpm" -> {
                run(desk, "pnpm", "install", "--lockfile-only");
                Files.copy(desk.resolve("pnpm-lock.yaml"), source.resolve("pnpm-lock.yaml"));
            }
            default -> {
                run(desk, "bun", "install", "--lockfile-only");
                Files.copy(desk.resolve("bun.lock"), source.resolve("bun.lock"));
            }
        }
    }

    /** In the repository of the app, as Yarn itself does it. */
    private void useYarn4(String manager) throws IOException {
        assumeTrue(Files.exists(YARN_4), "needs " + YARN_4);
        Files.copy(
                YARN_4,
                Files.createDirectories(source.resolve(".yarn/releases")).resolve("yarn.cjs"));
        String linker = manager.equals("yarn-pnp") ? "pnp" : "node-modules";
        Files.writeString(
                source.resolve(".yarnrc.yml"), "yarnPath: .yarn/releases/yarn.cjs\nnodeLinker: " + linker + "\n");
    }

    /** Builds a release of what is committed; returns where it lies. */
    private Path build() throws IOException {
        lines.clear();
        run(folder, "cp", "-a", source.toString(), app.toString());
        new NodeBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), lines::add));
        return Files.move(app, folder.resolve("release" + ++releases));
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file.toRealPath(), "unix:ino");
    }

    private String greeting(Path release, String manager) {
        return manager.equals("yarn-pnp")
                ? String.join("\n", run(release, "yarn", "node", "server.js"))
                : String.join("\n", run(release, "node", "server.js"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pnpm", "bun", "yarn"})
    void areLinkedWhereNoScriptRuns(String manager) throws IOException {
        commit(manager, "");
        Path first = build();
        assertThat(lines).noneMatch(line -> line.contains(NOTHING_CHANGED));
        registry.close();
        Files.writeString(source.resolve("server.js"), GREETING + GREETING);

        Path second = build();

        assertThat(lines).anyMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(greeting(second, manager)).isEqualTo("hello\nhello");
        assertThat(greeting(first, manager)).isEqualTo("hello");
        Path file = second.resolve("node_modules/greet/index.js");
        assertThat(inode(file)).isEqualTo(inode(first.resolve("node_modules/greet/index.js")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.toRealPath())))
                .doesNotContain("w");
        assertThat(second.resolve("node_modules/shout")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pnpm", "bun", "yarn"})
    void areCopiedForScriptsAndLinkedAfterThem(String manager) throws IOException {
        commit(manager, "\"build\": \"shout\"");
        Path first = build();
        registry.close();

        Path second = build();

        assertThat(lines).anyMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(second.resolve("shouted")).hasContent("HELLO");
        assertThat(greeting(second, manager)).isEqualTo("hello");
        assertThat(inode(second.resolve("node_modules/greet/index.js")))
                .isEqualTo(inode(first.resolve("node_modules/greet/index.js")));
        assertThat(second.resolve("node_modules/shout")).doesNotExist();
    }

    private static Path archive(Path release) throws IOException {
        try (Stream<Path> files = Files.list(release.resolve(".yarn/cache"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("greet-npm-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"build\": \"shout\""})
    void ofPlugAndPlayAreKeptWithItsArchives(String scripts) throws IOException {
        commit("yarn-pnp", scripts);
        Path first = build();
        registry.close();

        Path second = build();

        assertThat(lines).anyMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(greeting(second, "yarn-pnp")).isEqualTo("hello");
        assertThat(inode(archive(second))).isEqualTo(inode(archive(first)));
        assertThat(second.resolve("node_modules")).doesNotExist();
        assertThat(second.resolve(".pnp.cjs")).content().contains("greet").doesNotContain("shout");
    }

    @Test
    void ofYarnAreNotDownloadedAgainWhereAnotherOneChanged() throws Exception {
        commit("yarn", "");
        build();
        Files.writeString(source.resolve(".yarnrc.yml"), "# changed\n", StandardOpenOption.APPEND);
        registry.close();

        Path second = build();

        assertThat(lines).noneMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(greeting(second, "yarn")).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pnpm", "yarn", "bun"})
    void areWhereAnInstallWithoutALockFileBegins(String manager) throws Exception {
        commit(manager, "", false);
        Path json = source.resolve("package.json");
        if (!manager.equals("yarn")) {
            Files.writeString(
                    json,
                    Files.readString(json).replaceFirst("\\{", "{\"packageManager\": \"" + manager + "@1.0.0\", "));
        }
        build();
        offer("added", "module.exports = 'since';");
        Files.writeString(json, Files.readString(json).replace("\"greet\":", "\"added\": \"1.0.0\", \"greet\":"));

        Path second = build();

        assertThat(lines).anyMatch(line -> line.contains("starting from node_modules of the last build"));
        assertThat(greeting(second, manager)).isEqualTo("hello");
        assertThat(second.resolve("node_modules/added/index.js")).exists();
        assertThat(second.resolve("node_modules/shout")).doesNotExist();
    }
}
