package dev.tinyserv.buildpacks.buildpack.ruby;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gems of a release are those of Gemfile.lock, though their source, a folder, has newer versions by now. */
@Tag("thorough")
@Timeout(180)
class LockedVersionsTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new TreeMap<>(PATH);
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        assumeTrue(Program.find("bundle", PATH).isPresent(), "needs bundle");
        for (String name : List.of("app", "cache", "temp", "source", "source/gems")) {
            Files.createDirectory(folder.resolve(name));
        }
        app = folder.resolve("app");
        environment.put("HOME", folder.resolve("temp").toString());
        offer("1.0.0");
        Files.writeString(
                app.resolve("Gemfile"), """
                source "%s"
                gem "greet", "~> 1.0"
                group(:development) { gem "shout" }
                """.formatted(folder.resolve("source").toUri()));
        run(app, "bundle", "lock");
        offer("1.1.0");
    }

    private void run(Path where, String... command) {
        Command.of(command).in(where).environment(environment).collect();
    }

    private void offer(String version) throws IOException {
        gem("word", version, "");
        gem("greet", version, "s.add_dependency 'word', '~> 1.0'");
        gem("shout", version, "");
        run(
                folder,
                "gem",
                "generate_index",
                "--directory",
                folder.resolve("source").toString());
    }

    private void gem(String name, String version, String more) throws IOException {
        Path spec = folder.resolve("source/gems/x.gemspec");
        Files.writeString(spec, """
                Gem::Specification.new do |s|
                  s.name, s.version, s.summary, s.authors = '%s', '%s', 'x', ['x']
                  %s
                end
                """.formatted(name, version, more));
        run(folder.resolve("source/gems"), "gem", "build", "--force", "x.gemspec");
        Files.delete(spec);
    }

    private Set<String> installed() throws IOException {
        try (Stream<Path> files = Files.walk(app.resolve("vendor/bundle"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".gemspec"))
                    .map(name -> name.replace(".gemspec", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Set<String> built(String lock) throws IOException {
        FileTree.delete(app.resolve("vendor"));
        FileTree.delete(app.resolve(".bundle"));
        new RubyBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), line -> {}));
        assertThat(app.resolve("Gemfile.lock")).hasContent(lock);
        return installed();
    }

    @Test
    void areThoseOfTheLockFileWithoutThoseForDevelopmentUnlessTheyAreWanted() throws IOException {
        String lock = Files.readString(app.resolve("Gemfile.lock"));
        Set<String> all = Pattern.compile("(?m)^    (\\w+) \\(([\\d.]+)\\)$")
                .matcher(lock)
                .results()
                .map(gem -> gem.group(1) + "-" + gem.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(all).containsExactly("greet-1.0.0", "shout-1.0.0", "word-1.0.0");
        Set<String> forUse = new TreeSet<>(all);
        forUse.remove("shout-1.0.0");

        assertThat(built(lock)).isEqualTo(forUse);
        environment.put("BUNDLE_WITHOUT", "test");
        assertThat(built(lock)).isEqualTo(all);
        assertThat(built(lock)).isEqualTo(all);
        environment.remove("BUNDLE_WITHOUT");
        assertThat(built(lock)).isEqualTo(forUse);
    }
}
