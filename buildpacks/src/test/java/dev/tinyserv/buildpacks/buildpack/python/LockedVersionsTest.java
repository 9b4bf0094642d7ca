package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packages of a release are those of the lock file, though the index has newer versions by now. */
@Tag("thorough")
@Timeout(240)
class LockedVersionsTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");
    private static final Set<String> FOR_USE = Set.of("greet-1.0.0", "word-1.0.0");
    private static final Set<String> ALL = Set.of("greet-1.0.0", "word-1.0.0", "shout-1.0.0");

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new TreeMap<>(PATH);
    private PackageIndex index;
    private Path app;

    @BeforeEach
    void anApp() throws Exception {
        index = new PackageIndex();
        for (String name : List.of("app", "cache", "temp")) {
            Files.createDirectory(folder.resolve(name));
        }
        app = folder.resolve("app");
        environment.put("HOME", folder.resolve("temp").toString());
        environment.put("LANG", "C.UTF-8");
        environment.put("PIP_INDEX_URL", index.url());
        environment.put("UV_DEFAULT_INDEX", index.url());
        offer("1.0.0");
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void offer(String version) throws Exception {
        index.offer("word", version, "");
        index.offer("greet", version, "word>=1.0");
        index.offer("shout", version, "");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(app.resolve(name), text);
    }

    /** Makes the lock file as its developer does, before there is a newer version. */
    private void lock(String... command) throws Exception {
        assumeTrue(Program.find(command[0], PATH).isPresent(), "needs " + command[0]);
        Command.of(command).in(app).environment(environment).collect();
        offer("1.1.0");
    }

    private Set<String> built() throws IOException {
        FileTree.delete(app.resolve(".venv"));
        new PythonBuildpack().build(TestBuild.in(folder, environment, new Runtimes(PATH), line -> {}));
        try (Stream<Path> files = Files.walk(app.resolve(".venv"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("(greet|word|shout)-.*\\.dist-info"))
                    .map(name -> name.replace(".dist-info", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> found(String each, String lock) {
        return Pattern.compile(each)
                .matcher(lock)
                .results()
                .map(found -> found.group(1) + "-" + found.group(2))
                .collect(Collectors.toSet());
    }

    /** With the variable, without it, and each a second time, when packages of the build before are kept. */
    private void buildsWithAndWithout(String variable, String value) throws IOException {
        assertThat(built()).isEqualTo(FOR_USE);
        assertThat(built()).isEqualTo(FOR_USE);
        environment.put(variable, value);
        assertThat(built()).isEqualTo(ALL);
        assertThat(built()).isEqualTo(ALL);
        environment.remove(variable);
        assertThat(built()).isEqualTo(FOR_USE);
    }

    @Test
    void areThoseOfRequirements() throws Exception {
        write("requirements.txt", "greet==1.0.0\n-r ${MORE}.txt\n".replace("${MORE}", "more"));
        write("more.txt", "word==1.0.0\n");
        lock("python3", "--version");
        assertThat(built()).isEqualTo(FOR_USE);
        assertThat(built()).isEqualTo(FOR_USE);
    }

    @Test
    void areThoseOfPoetry() throws Exception {
        write("pyproject.toml", """
                [tool.poetry]
                name = "shop"
                version = "1.0.0"
                description = ""
                authors = []
                [tool.poetry.dependencies]
                python = "^3.8"
                greet = "^1.0"
                [tool.poetry.group.dev.dependencies]
                shout = "^1.0"
                [[tool.poetry.source]]
                name = "own"
                url = "%s"
                default = true
                """.formatted(index.url()));
        Files.createDirectory(app.resolve("shop"));
        write("shop/__init__.py", "");
        lock("poetry", "lock", "--no-interaction");
        assertThat(found("name = \"(\\w+)\"\nversion = \"([\\d.]+)\"", Files.readString(app.resolve("poetry.lock"))))
                .isEqualTo(ALL);
        buildsWithAndWithout("POETRY_EXPORT_DEV_REQUIREMENTS", "1");
    }

    @Test
    void areThoseOfPipenv() throws Exception {
        write("Pipfile", """
                [[source]]
                url = "%s"
                verify_ssl = false
                name = "own"
                [packages]
                greet = "*"
                [dev-packages]
                shout = "*"
                """.formatted(index.url()));
        lock("pipenv", "lock");
        assertThat(found(
                        "\"(greet|word|shout)\": \\{[^}]*\"version\": \"==([\\d.]+)\"",
                        Files.readString(app.resolve("Pipfile.lock"))))
                .isEqualTo(ALL);
        buildsWithAndWithout("PIPENV_DEV", "1");
    }

    @Test
    void areThoseOfUv() throws Exception {
        write("pyproject.toml", """
                [project]
                name = "shop"
                version = "1.0.0"
                requires-python = ">=3.8"
                dependencies = ["greet"]
                [dependency-groups]
                dev = ["shout"]
                """);
        lock("uv", "lock");
        assertThat(found(
                        "name = \"(greet|word|shout)\"\nversion = \"([\\d.]+)\"",
                        Files.readString(app.resolve("uv.lock"))))
                .isEqualTo(ALL);
        buildsWithAndWithout("UV_NO_DEV", "0");
    }
}
