package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What a test of a language's builds has: an app, the folders and the environment of its build, and what is said. */
public abstract class LanguageStage {
    /** Where the machine's own programs are. */
    protected static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    /** Has the folders {@code app}, {@code cache} and {@code temp}; programs of a test lie in {@code bin}. */
    @TempDir
    protected Path folder;

    /** What the last build said. */
    protected final List<String> lines = new CopyOnWriteArrayList<>();

    /** The usual PATH, and a home of its own. */
    protected final Map<String, String> environment = new TreeMap<>();

    /** The app's files. */
    protected Path app;

    @BeforeEach
    final void setTheStage() throws IOException {
        app = newFolder("app");
        newFolder("cache");
        environment.put("HOME", newFolder("temp").toString());
        environment.put("PATH", USUAL_PATH);
    }

    /** Skips the test where the machine has no such program. */
    protected static void needs(String program) {
        assumeTrue(Program.find(program, Map.of("PATH", USUAL_PATH)).isPresent(), "needs " + program);
    }

    /** An empty folder; what was there is deleted. */
    protected final Path newFolder(String name) throws IOException {
        FileTree.delete(folder.resolve(name));
        return Files.createDirectories(folder.resolve(name));
    }

    /** Writes a file of the app. */
    protected final Path write(String name, String content) throws IOException {
        Path file = app.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Writes a program into {@code bin}. */
    protected final Path program(String name, String script) throws IOException {
        return program(Files.createDirectories(folder.resolve("bin")).resolve(name), script);
    }

    /** Writes a program. */
    protected static Path program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    /** Runs a program in the environment of the builds, and returns what it printed. */
    protected final String run(Path where, String... command) {
        return Command.of(command).in(where).environment(environment).collect().text();
    }

    /** Builds the app. */
    protected final BuiltApp build(Buildpack buildpack) throws IOException {
        return build(buildpack, environment, new Runtimes(environment));
    }

    /** Builds the app with another environment, and other runtimes on the machine. */
    protected final BuiltApp build(Buildpack buildpack, Map<String, String> variables, Runtimes runtimes)
            throws IOException {
        lines.clear();
        return buildpack.build(
                TestBuild.in(folder, variables, runtimes, lines::add).in(app));
    }

    /** All that the last build said. */
    protected final String transcript() {
        return String.join("\n", lines);
    }
}
