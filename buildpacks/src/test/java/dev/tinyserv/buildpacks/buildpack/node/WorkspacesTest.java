package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several packages in one repository, one of which needs another one: with the machine's package managers. */
@Tag("thorough")
@Timeout(180)
class WorkspacesTest {
    private static final String LIBRARY = "module.exports = () => require('greet')() + '%s'\n";
    private static final String NOTHING_CHANGED = "nothing changed: the packages of the last build";
    private static final String SERVER = "packages/api/server.js";

    @TempDir
    private Path folder;

    private NodeProject project;

    @BeforeEach
    void open() throws Exception {
        project = new NodeProject(folder);
    }

    @AfterEach
    void close() {
        project.close();
    }

    private void commit(String manager, String ofRoot) throws IOException {
        project.use(manager);
        boolean pnpm = manager.equals("pnpm");
        if (pnpm) {
            project.write("pnpm-workspace.yaml", "packages:\n  - packages/*\n");
        }
        String workspaces = pnpm ? "" : ", \"workspaces\": [\"packages/*\"]";
        project.write("package.json", "{\"name\": \"all\", \"private\": true" + workspaces + ofRoot + "}\n");
        String here = manager.equals("npm") || manager.equals("yarn-1") ? "1.0.0" : "workspace:*";
        project.write("packages/api/package.json", """
                {"name": "api", "version": "1.0.0", "dependencies": {"library": "%s"},
                "devDependencies": {"shout": "1.0.0"}}
                """.formatted(here));
        project.write(SERVER, "console.log(require('library')())\n");
        project.write("packages/library/package.json", """
                {"name": "library", "version": "1.0.0", "dependencies": {"greet": "1.0.0"}}
                """);
        project.write("packages/library/index.js", LIBRARY.formatted(""));
        project.lock(manager);
    }

    /** What a package for development has left. */
    private static List<Path> shouts(Path release) throws IOException {
        try (Stream<Path> files = Files.walk(release)) {
            return files.filter(file -> file.getFileName().toString().startsWith("shout"))
                    .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    /** The second build has no registry, and shares the files of its dependencies with the first one. */
    private void buildsBoth(String manager) throws IOException {
        Path first = project.build();
        assertThat(project.lines()).noneMatch(line -> line.contains(NOTHING_CHANGED));
        project.closeRegistry();
        project.write("packages/library/index.js", LIBRARY.formatted(" again"));

        Path second = project.build();

        assertThat(project.lines()).anyMatch(line -> line.contains(NOTHING_CHANGED));
        assertThat(inode(greet(second))).isEqualTo(inode(greet(first)));
        assertThat(project.output(first, manager, SERVER)).isEqualTo("hello");
        assertThat(project.output(second, manager, SERVER)).isEqualTo("hello again");
        assertThat(shouts(second)).isEmpty();
    }

    private static Path greet(Path release) throws IOException {
        try (Stream<Path> files = Files.walk(release)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.endsWith("greet/index.js")
                            || file.getFileName().toString().startsWith("greet-npm-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "pnpm", "bun", "yarn-1", "yarn", "yarn-pnp"})
    void areInstalledWithoutWhatIsForDevelopment(String manager) throws IOException {
        commit(manager, "");
        buildsBoth(manager);
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "pnpm", "bun", "yarn-1", "yarn", "yarn-pnp"})
    void areBuiltFromTheRoot(String manager) throws IOException {
        commit(
                manager,
                ", \"devDependencies\": {\"shout\": \"1.0.0\"},"
                        + " \"scripts\": {\"build\": \"node -e \\\"require('fs').writeFileSync('built', '')\\\"\"}");
        buildsBoth(manager);
        assertThat(folder.resolve("release2/built")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = "npm")
    void behindALinkAreInstalledEachTimeAndTheBuildSaysWhy(String manager) throws IOException {
        commit(manager, "");
        Files.move(folder.resolve("source/packages/library"), folder.resolve("source/elsewhere"));
        Files.createSymbolicLink(folder.resolve("source/packages/library"), Path.of("../elsewhere"));
        project.build();

        Path second = project.build();

        assertThat(project.output(second, manager, SERVER)).isEqualTo("hello");
        assertThat(project.lines())
                .anyMatch(line -> line.contains("nothing of it is kept for the next build, because of the link"
                        + " node_modules/library, which leads elsewhere"))
                .noneMatch(line -> line.contains(NOTHING_CHANGED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"npm", "pnpm", "yarn-1", "yarn", "bun"})
    void aPackageThatIsTheAppIsInstalledByTheManagerOfAllOfThem(String manager) throws Exception {
        commit(manager, "");
        project.write(
                "packages/api/package.json",
                project.read("packages/api/package.json")
                        .replace(
                                "\"dependencies\"",
                                "\"scripts\": {\"build\": \"echo made > built\"}, \"dependencies\""));

        Path release = project.build("packages/api");

        String program = manager.startsWith("yarn") ? "yarn" : manager;
        assertThat(project.lines())
                .contains("       a package of the workspaces in the top folder: " + program
                        + " installs there, for all of them")
                .noneMatch(line -> line.contains("commit one, so that builds are repeatable"));
        assertThat(project.output(release, manager, SERVER)).isEqualTo("hello");
        assertThat(release.resolve("packages/api/built")).hasContent("made");
        assertThat(release.resolve("node_modules/shout")).doesNotExist();
        assertThat(release.resolve("packages/api/node_modules/shout")).doesNotExist();
        assertThat(project.build("packages/api")).exists();
        assertThat(project.lines()).contains("       " + NOTHING_CHANGED);
    }
}
