package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
    private static final String NOTHING_CHANGED = "nothing changed: the packages of the last build";
    private static final String GREETING = "console.log(require('greet')())\n";

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
}
