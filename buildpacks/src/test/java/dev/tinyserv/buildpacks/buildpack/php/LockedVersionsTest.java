package dev.tinyserv.buildpacks.buildpack.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packages of a release are those of composer.lock, though their repository, a folder, has newer ones by now. */
@Tag("thorough")
@Timeout(180)
class LockedVersionsTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");
    private static final Pattern PACKAGE = Pattern.compile("\"name\": \"own/(\\w+)\",\\s*\"version\": \"([\\d.]+)\"");

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new TreeMap<>(PATH);
    private final Map<String, String> versions = new TreeMap<>();
    private Path app;

    @BeforeEach
    void anApp() throws IOException {
        assumeTrue(Program.find("composer", PATH).isPresent(), "needs composer");
        for (String name : List.of("app", "cache", "temp", "repository")) {
            Files.createDirectory(folder.resolve(name));
        }
        app = folder.resolve("app");
        environment.put("HOME", folder.resolve("temp").toString());
        environment.put("COMPOSER_ALLOW_SUPERUSER", "1");
        offer("1.0.0");
        Files.writeString(app.resolve("composer.json"), """
                {"name": "own/app", "require": {"own/greet": "^1.0"}, "require-dev": {"own/shout": "^1.0"},
                "repositories": [{"type": "composer", "url": "%s"}, {"packagist.org": false}]}
                """.formatted(
                        folder.resolve("repository").toUri()));
        Command.of("composer", "update", "--no-install", "--no-interaction")
                .in(app)
                .environment(environment)
                .collect();
        offer("1.1.0");
    }

    private void offer(String version) throws IOException {
        add("word", version, "");
        add("greet", version, "\"require\": {\"own/word\": \"^1.0\"},");
        add("shout", version, "");
        String all = versions.entrySet().stream()
                .collect(Collectors.groupingBy(
                        each -> each.getKey().replaceFirst("-.*", ""),
                        TreeMap::new,
                        Collectors.mapping(Map.Entry::getValue, Collectors.joining(", "))))
                .entrySet()
                .stream()
                .map(each -> "\"own/" + each.getKey() + "\": {" + each.getValue() + "}")
                .collect(Collectors.joining(", "));
        Files.writeString(folder.resolve("repository/packages.json"), "{\"packages\": {" + all + "}}");
    }

    private void add(String name, String version, String more) throws IOException {
        Path zip = folder.resolve("repository/" + name + "-" + version + ".zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.putNextEntry(new ZipEntry("composer.json"));
            entries.write(("{\"name\": \"own/" + name + "\"}").getBytes(StandardCharsets.UTF_8));
            entries.closeEntry();
        }
        versions.put(
                name + "-" + version,
                "\"%2$s\": {\"name\": \"own/%1$s\", \"version\": \"%2$s\", %3$s \"dist\": {\"type\": \"zip\", \"url\": \"%4$s\"}}"
                        .formatted(name, version, more, zip));
    }

    private static Set<String> packages(String json) {
        return PACKAGE.matcher(json)
                .results()
                .map(found -> found.group(1) + "@" + found.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> built() throws IOException {
        String lock = Files.readString(app.resolve("composer.lock"));
        FileTree.delete(app.resolve("vendor"));
        new PhpBuildpack().build(TestBuild.in(folder, environment, new Runtimes(environment), line -> {}));
        assertThat(app.resolve("composer.lock")).hasContent(lock);
        Set<String> installed = packages(Files.readString(app.resolve("vendor/composer/installed.json")));
        for (String each : installed) {
            assertThat(app.resolve("vendor/own/" + each.replaceFirst("@.*", "")))
                    .isDirectory();
        }
        return installed;
    }

    @ParameterizedTest
    @CsvSource({"COMPOSER_NO_DEV, 0", "HEROKU_PHP_INSTALL_DEV, ''"})
    void areThoseOfTheLockFileWithoutThoseForDevelopmentUnlessTheyAreWanted(String variable, String value)
            throws IOException {
        Set<String> all = packages(Files.readString(app.resolve("composer.lock")));
        assertThat(all).containsExactly("greet@1.0.0", "shout@1.0.0", "word@1.0.0");
        Set<String> forUse = new TreeSet<>(all);
        forUse.remove("shout@1.0.0");

        assertThat(built()).isEqualTo(forUse);
        environment.put(variable, value);
        assertThat(built()).isEqualTo(all);
        assertThat(built()).isEqualTo(all);
        environment.remove(variable);
        assertThat(built()).isEqualTo(forUse);
    }
}
