package dev.tinyserv.buildpacks.buildpack.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Installed;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.runtime.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the machine's Python, pip, Poetry and Pipenv, and packages that are made here: no index is asked. */
@Tag("thorough")
@Timeout(180)
class RealPythonTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        needs("python3");
        app = Files.createDirectories(folder.resolve(".building-1"));
        for (String name : List.of("cache", "temp", ".building-1/vendor", ".building-1/shop")) {
            Files.createDirectories(folder.resolve(name));
        }
        wheel("greet", "def main():\n    import sys\n    print('hello from', sys.prefix)\n");
        wheel("checks", "");
        file("shop/__init__.py", "from greet import main\n");
    }

    private static void needs(String program) {
        assumeTrue(Program.find(program, PATH).isPresent(), "needs " + program);
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(app.resolve(name), text);
    }

    private void wheel(String name, String code) throws IOException {
        String info = name + "-1.0.dist-info/";
        Path wheel = app.resolve("vendor").resolve(name + "-1.0-py3-none-any.whl");
        try (OutputStream out = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, name + "/__init__.py", code);
            entry(zip, info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n");
            entry(zip, info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
            entry(zip, info + "entry_points.txt", "[console_scripts]\n" + name + " = " + name + ":main\n");
            entry(zip, info + "RECORD", "");
        }
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private Map<String, String> environment() {
        return Map.of(
                "PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "HOME", folder.resolve("temp") + "", "PIP_NO_INDEX", "1");
    }

    private void build() throws IOException {
        new PythonBuildpack()
                .build(TestBuild.in(folder, environment(), new Runtimes(PATH), lines::add)
                        .in(app));
    }

    private String ran(Path slug, String command) {
        String script = ". .profile.d/python.sh; " + command;
        return Command.of("sh", "-c", script)
                .in(slug)
                .environment(PATH)
                .collect()
                .text();
    }

    /** What tells that an environment moved: it works elsewhere, and nothing in it names the old place. */
    private Path moved() throws IOException {
        Path slug = Files.move(app, folder.resolve("slug"));
        try (Stream<Path> files = Files.walk(slug.resolve(".venv"))) {
            assertThat(files.filter(file -> Files.isRegularFile(file)
                            && !file.toString().endsWith(".pyc")
                            && read(file).contains(".building-1")))
                    .isEmpty();
        }
        assertThat(ran(slug, "greet")).isEqualTo("hello from " + slug.resolve(".venv"));
        assertThat(slug.resolve(".venv/lib/" + python(slug) + "/site-packages/checks"))
                .doesNotExist();
        return slug;
    }

    private static String python(Path slug) throws IOException {
        try (Stream<Path> versions = Files.list(slug.resolve(".venv/lib"))) {
            return versions.findFirst().orElseThrow().getFileName().toString();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anEnvironmentOfPipWorksWhereTheSlugIsMovedTo() throws IOException {
        file("requirements.txt", "./vendor/greet-1.0-py3-none-any.whl\n");
        build();
        Path slug = moved();
        assertThat(ran(slug, "pip --version")).contains(slug.toString());
        assertThat(ran(slug, ". .venv/bin/activate; cd /; python -c 'import greet, sys; print(sys.prefix)'"))
                .isEqualTo(slug.resolve(".venv").toString());
    }

    @Test
    void soDoesOneOfPoetryWithTheAppItself() throws IOException {
        needs("poetry");
        file("pyproject.toml", """
                [tool.poetry]
                name = "shop"
                version = "1.0.0"
                description = ""
                authors = []
                [tool.poetry.dependencies]
                python = "^3.8"
                greet = {path = "vendor/greet-1.0-py3-none-any.whl"}
                [tool.poetry.group.dev.dependencies]
                checks = {path = "vendor/checks-1.0-py3-none-any.whl"}
                [tool.poetry.scripts]
                shop = "shop:main"
                """);
        tool("poetry", "lock", "--no-interaction");
        build();
        Path slug = moved();
        assertThat(ran(slug, "unset PYTHONPATH; cd vendor; shop")).isEqualTo("hello from " + slug.resolve(".venv"));
    }

    @Test
    void soDoesOneOfPipenv() throws IOException {
        needs("pipenv");
        file("Pipfile", """
                [packages]
                greet = {file = "./vendor/greet-1.0-py3-none-any.whl"}
                [dev-packages]
                checks = {file = "./vendor/checks-1.0-py3-none-any.whl"}
                """);
        tool("pipenv", "lock");
        build();
        moved();
    }

    private void tool(String... command) {
        Command.of(command).in(app).environment(environment()).collect();
    }

    @Test
    void theFinderOfAPackageInPlaceMovesToo() throws IOException {
        Path packages = Files.createDirectories(app.resolve(".venv/lib/python3.11/site-packages"));
        Path finder = packages.resolve("__editable___shop_finder.py");
        Files.writeString(finder, "MAPPING = {'shop': '" + app + "/shop'}\nprint(MAPPING['shop'])\n");
        Files.writeString(packages.resolve("x.pth"), app + "/src\n" + app + "\n" + app + "x\nimport y\n");
        Build build =
                TestBuild.in(folder, Map.of(), new Runtimes(PATH), lines::add).in(app);
        new Relocation(app, new VirtualEnvironment(build, new Installed(new Version(3, 11, 2), Path.of("/usr/bin"))))
                .run();
        assertThat(packages.resolve("x.pth")).hasContent("../../../../src\n../../../..\n" + app + "x\nimport y");
        Path slug = Files.move(app, folder.resolve("slug"));
        Path there = slug.resolve(app.relativize(finder));
        assertThat(Command.of("python3", there.toString())
                        .environment(PATH)
                        .collect()
                        .text())
                .isEqualTo(slug.resolve("shop").toString());
    }

    @Test
    void nothingIsWrittenWhereALinkLeads() throws IOException {
        Path packages = Files.createDirectories(folder.resolve("others/lib/python3.11/site-packages"));
        Path other = Files.writeString(packages.resolve("x.pth"), app + "/src\n");
        Files.createSymbolicLink(app.resolve(".venv"), folder.resolve("others"));
        Build build =
                TestBuild.in(folder, Map.of(), new Runtimes(PATH), lines::add).in(app);

        new Relocation(app, new VirtualEnvironment(build, new Installed(new Version(3, 11, 2), Path.of("/usr/bin"))))
                .run();

        assertThat(other).hasContent(app + "/src");
    }
}
