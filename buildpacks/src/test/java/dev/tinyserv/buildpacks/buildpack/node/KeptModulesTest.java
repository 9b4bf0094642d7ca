package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the machine's package managers have installed, in the next build: with packages of a registry on loopback. */
@Tag("thorough")
@Timeout(180)
class KeptModulesTest {
    private static final String NOTHING_CHANGED = "nothing changed: the packages of the last build";
    private static final String GREETING = "console.log(require('greet')())\n";

    private static final String ALL_SCRIPTS =
            "pnpm:devPreinstall,predependencies,dependencies,postdependencies,preinstall,"
                    + "install,postinstall,prepublish,preprepare,prepare,postprepare,prepublishOnly,prepack,postpack";

    @TempDir
    private Path folder;

    private NodeProject project;

    @BeforeEach
    void open() throws Exception {
        project = new NodeProject(folder);
        project.write("server.js", GREETING);
    }

    @AfterEach
    void close() {
        project.close();
    }

    /** Makes the source of an app, as its developer would commit it. */
    private void commit(String manager, String scripts) throws IOException {
        commitWithoutLock(manager, scripts);
        project.lock(manager);
    }

    private void commitWithoutLock(String manager, String scripts) throws IOException {
        project.use(manager);
        project.write("package.json", """
                {"name": "myapp", "version": "1.0.0", "scripts": {%s},
                "dependencies": {"greet": "1.0.0"}, "devDependencies": {"shout": "1.0.0"}}
                """.formatted(scripts));
    }

    private String greeting(Path release, String manager) {
        return project.output(release, manager, "server.js");
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file.toRealPath(), "unix:ino");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pnpm", "bun", "yarn"})
    void areLinkedWhereNoScriptRuns(String manager) throws IOException {
        commit(manager, "");
        Path first = project.build();
        assertThat(project.lines()).noneMatch(line -> line.contains(NOTHING_CHANGED));
        project.closeRegistry();
        project.write("server.js", GREETING + GREETING);

        Path second = project.build();

        assertThat(project.lines()).anyMatch(line -> line.contains(NOTHING_CHANGED));
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
        Path first = project.build();
        project.closeRegistry();

        Path second = project.build();

        assertThat(project.lines()).anyMatch(line -> line.contains(NOTHING_CHANGED));
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
        Path first = project.build();
        project.closeRegistry();

        Path second = project.build();

        assertThat(project.lines()).anyMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(greeting(second, "yarn-pnp")).isEqualTo("hello");
        assertThat(inode(archive(second))).isEqualTo(inode(archive(first)));
        assertThat(second.resolve("node_modules")).doesNotExist();
        assertThat(second.resolve(".pnp.cjs")).content().contains("greet").doesNotContain("shout");
    }

    @Test
    void ofYarnAreNotDownloadedAgainWhereAnotherOneChanged() throws Exception {
        commit("yarn", "");
        project.build();
        project.write(".yarnrc.yml", project.read(".yarnrc.yml") + "# changed\n");
        project.closeRegistry();

        Path second = project.build();

        assertThat(project.lines()).noneMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(greeting(second, "yarn")).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "pnpm", "yarn", "bun"})
    void areWhereAnInstallWithoutALockFileBegins(String manager) throws Exception {
        commitWithoutLock(manager, "");
        String json = project.read("package.json").replace("\"1.0.0\"", "\"~1.0.0\"");
        if (!manager.equals("yarn")) {
            json = json.replaceFirst("\\{", "{\"packageManager\": \"" + manager + "@1.0.0\", ");
        }
        project.write("package.json", json);
        project.build();
        project.offer("added", "module.exports = 'since';");
        project.write("package.json", json.replace("\"greet\":", "\"added\": \"1.0.0\", \"greet\":"));

        Path second = project.build();

        assertThat(project.lines()).anyMatch(line -> line.contains("starting from the packages of the last build"));
        assertThat(greeting(second, manager)).isEqualTo("hello");
        assertThat(second.resolve("node_modules/added/index.js")).exists();
        assertThat(second.resolve("node_modules/shout")).doesNotExist();
    }

    /** Each manager's own, as an install with all of them has shown; Yarn 1 runs more around some. */
    @ParameterizedTest
    @CsvSource({
        "npm, 'predependencies,dependencies,postdependencies,preinstall,install,postinstall,prepublish"
                + ",preprepare,prepare,postprepare'",
        "npm, 'prepublish'",
        "npm, 'preprepare'",
        "npm, 'dependencies,postprepare'",
        "pnpm, 'pnpm:devPreinstall,preinstall,install,postinstall,preprepare,prepare,postprepare'",
        "pnpm, 'postprepare'",
        "bun, 'preinstall,install,postinstall,preprepare,prepare,postprepare'",
        "bun, 'preprepare'",
        "yarn-1, 'preinstall,install,postinstall,prepublish,prepare'",
        "yarn-1, 'prepublish'",
        "yarn, 'preinstall,install,postinstall'",
    })
    void runTheScriptsThatAnInstallRuns(String manager, String expected) throws IOException {
        boolean all = expected.split(",", -1).length > 2 && !manager.equals("yarn-1");
        commit(manager, said(all ? ALL_SCRIPTS : expected));
        for (int build = 0; build < 2; build++) {
            Path release = project.build();
            assertThat(project.lines().stream().anyMatch(line -> line.contains(NOTHING_CHANGED)))
                    .isEqualTo(build > 0);
            assertThat(release.resolve("ran")).hasContent(expected.replace(',', '\n'));
        }
    }

    private static String said(String scripts) {
        return Stream.of(scripts.split(",", -1))
                .map(script -> "\"%1$s\": \"echo %1$s >> ran\"".formatted(script))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "pnpm", "yarn-1"})
    void areInstalledAnewWithAnAddonOfTheApp(String manager) throws IOException {
        assumeTrue(Files.isRegularFile(Path.of("/usr/include/node/node.h")), "needs the headers of node");
        project.set("npm_config_nodedir", "/usr");
        project.write("binding.gyp", """
                {"targets": [{"target_name": "all", "type": "none", "actions": [{"action_name": "built", "inputs": [],
                "outputs": ["built"], "action": ["sh", "-c", "echo built > built"]}]}]}
                """);
        commit(manager, "");
        for (int build = 0; build < 2; build++) {
            assertThat(project.build().resolve("built")).hasContent("built");
        }
    }

    /** What a package makes of itself stays, though the app's own script needs what is for development. */
    @ParameterizedTest
    @CsvSource({"bun, build", "bun, postinstall", "yarn, build", "yarn, postinstall", "yarn-pnp, postinstall"})
    void areAsTheirOwnScriptsMadeThem(String manager, String script) throws Exception {
        project.offerBuilt("made", "require('fs').writeFileSync('greeting.js', 'module.exports = \"made\"');");
        project.use(manager);
        if (!manager.equals("bun")) {
            project.write(".yarnrc.yml", project.read(".yarnrc.yml") + "enableScripts: true\n");
        }
        project.write("server.js", "console.log(require('made/greeting.js'))\n");
        project.write("package.json", """
                {"name": "myapp", "version": "1.0.0", "scripts": {"%s": "shout"}, "trustedDependencies": ["made"],
                "dependencies": {"greet": "1.0.0", "made": "1.0.0"}, "devDependencies": {"shout": "1.0.0"}}
                """.formatted(script));
        project.lock(manager);
        for (int build = 0; build < 2; build++) {
            Path release = project.build();
            assertThat(release.resolve("shouted")).hasContent("HELLO");
            assertThat(greeting(release, manager)).isEqualTo("made");
            assertThat(release.resolve("node_modules/shout")).doesNotExist();
            assertThat(release.resolve("package.json")).content().contains("\"" + script + "\": \"shout\"");
            assertThat(release.resolve(".package.json.tinyserv-with-scripts")).doesNotExist();
        }
    }

    @Test
    void aScriptOfYarnThatFailsIsSeen() throws IOException {
        commit("yarn", "\"postinstall\": \"node -e 'console.log(40+2);process.exit(1)'\"");
        assertThatThrownBy(project::build).hasMessageContaining("yarn install --immutable failed");
        assertThat(project.lines()).anyMatch(line -> line.contains("myapp@workspace:.") && line.endsWith("42"));
    }
}
