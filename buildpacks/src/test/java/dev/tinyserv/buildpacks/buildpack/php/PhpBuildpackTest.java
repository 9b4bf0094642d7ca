package dev.tinyserv.buildpacks.buildpack.php;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the machine's PHP and Composer, and packages that lie in the app: no registry is asked. */
@Timeout(180)
@Tag("slow")
class PhpBuildpackTest extends LanguageStage {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");
    private static final String GREET = "\"tiny/greet\": \"1.0.0\"";
    private static final String REPOSITORIES =
            ", \"repositories\": [{\"type\": \"path\", \"url\": \"parts/*\"}, {\"packagist.org\": false}]";

    @BeforeAll
    static void needsComposer() {
        needs("composer");
    }

    @BeforeEach
    void withoutNetwork() {
        environment.put("COMPOSER_DISABLE_NETWORK", "1");
        environment.put("COMPOSER_ALLOW_SUPERUSER", "1");
    }

    private void composerJson(String fields) throws IOException {
        write("composer.json", "{\"name\": \"tiny/app\"" + fields + "}");
    }

    private void part(String name) throws IOException {
        write("parts/" + name + "/composer.json", """
                {"name": "tiny/%s", "version": "1.0.0", "bin": ["%s"], "autoload": {"classmap": ["."]}}
                """.formatted(name, name));
        write("parts/" + name + "/" + name, "#!/usr/bin/env php\n");
        write("parts/" + name + "/code.php", "<?php final class " + name + " { const WORD = 'hello'; }");
    }

    /** An app with a package to run with, and one for development. */
    private void appWithPackages(String more) throws IOException {
        part("greet");
        part("check");
        composerJson(", \"require\": {\"php\": \">=7.2\", " + GREET + "}, \"require-dev\": {\"tiny/check\": \"*\"},"
                + " \"autoload\": {\"classmap\": [\"src\"]}" + REPOSITORIES + more);
        write("src/Page.php", "<?php final class Page {}");
        write("main.php", "<?php require 'vendor/autoload.php'; echo greet::WORD, class_exists('Page') ? '!' : '?';");
    }

    private void lock() {
        run(app, "composer", "update", "--no-install", "--no-interaction");
    }

    private BuiltApp build() throws IOException {
        return build(new PhpBuildpack());
    }

    /** In another folder, as slugs are renamed after the build. */
    private String output() throws IOException {
        Path moved = folder.resolve("moved");
        FileTree.delete(moved);
        Files.move(app, moved);
        String output = run(moved, "php", "main.php");
        Files.move(moved, app);
        return output;
    }

    @Test
    void aLinkInTheCacheLeadsNoBuildElsewhere() throws IOException {
        appWithPackages("");
        lock();
        Path others = newFolder("others");
        Path link = Files.createDirectories(folder.resolve("cache")).resolve("composer");
        Files.createSymbolicLink(link, others);

        build();

        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(others).isEmptyDirectory();
    }

    @Test
    void installsWhatTheLockFileSaysAndKeepsItForTheNextBuild() throws IOException {
        appWithPackages("");
        lock();
        String lock = Files.readString(app.resolve("composer.lock"));

        BuiltApp built = build();

        assertThat(output()).isEqualTo("hello!");
        assertThat(app.resolve("vendor/tiny/check")).doesNotExist();
        assertThat(app.resolve(".profile.d/php.sh")).hasContent("export PATH=\"$PWD/vendor/bin:$PATH\"");
        assertThat(built.buildpack()).isEqualTo("php");
        assertThat(built.environment()).containsEntry("PHP_CLI_SERVER_WORKERS", "4");
        assertThat(transcript())
                .containsPattern("-----> Building with php \\d+\\.\\d+\\.\\d+")
                .contains("       composer install --no-dev", "Installing tiny/greet")
                .doesNotContain(" !  ", "nothing changed");

        // The same packages; the app's own code is another.
        app = newFolder("app");
        appWithPackages("");
        write("composer.lock", lock);
        write("src/Page.php", "<?php final class Other {}");
        build();
        assertThat(transcript())
                .contains("nothing changed: vendor of the last build", "Nothing to install")
                .doesNotContain("Installing tiny/greet");
        assertThat(output()).isEqualTo("hello?");
    }

    @Test
    void keepsNoPackagesThatAreCopiedFromTheSource() throws IOException {
        for (String word : List.of("hello", "goodbye")) {
            app = newFolder("app");
            appWithPackages("");
            write(
                    "composer.json",
                    Files.readString(app.resolve("composer.json"))
                            .replace("\"parts/*\"", "\"parts/*\", \"options\": {\"symlink\": false}"));
            write("parts/greet/code.php", "<?php final class greet { const WORD = '" + word + "'; }");
            lock();
            build();
            assertThat(transcript()).contains("Installing tiny/greet");
            assertThat(output()).isEqualTo(word + "!");
        }
        assertThat(folder.resolve("cache/php")).doesNotExist();
    }

    @Test
    void refusesALockFileThatDoesNotFit() throws IOException {
        appWithPackages("");
        lock();
        String remedy = "composer.lock does not fit composer.json; run `composer update` and commit composer.lock";

        String json = Files.readString(app.resolve("composer.json"));
        write("composer.json", json.replace(GREET, "\"tiny/greet\": \"^1.0\""));
        assertThatThrownBy(this::build).isInstanceOf(Refusal.class).hasMessage(remedy);
        write("composer.json", json.replace(GREET, "\"tiny/greet\": \"1.0.0\", \"tiny/absent\": \"*\""));
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("composer install --no-dev")
                .hasMessageEndingWith("failed with exit status 4: " + remedy);
        assertThat(folder.resolve("cache/php")).as("nothing of it is kept").doesNotExist();
    }

    @Test
    void passesOnThatAnExtensionIsMissing() throws IOException {
        composerJson(", \"require\": {\"ext-nowhere\": \"*\"}" + REPOSITORIES.replace("\"parts/*\"", "\".\""));
        assertThatThrownBy(this::build).hasMessageContaining("composer install").hasMessageContaining("exit status");
        assertThat(transcript()).contains("no composer.lock: commit one", "ext-nowhere");
    }

    @Test
    void installsAnewWhatWasCommitted() throws IOException {
        appWithPackages("");
        lock();
        Path outside = newFolder("outside");
        Files.writeString(outside.resolve("precious"), "x");
        Files.createSymbolicLink(app.resolve("vendor"), outside);
        build();
        assertThat(transcript()).contains("vendor is committed");
        assertThat(outside.resolve("precious")).exists();
        assertThat(output()).isEqualTo("hello!");
    }

    @Test
    void runsTheCompileScript() throws IOException {
        composerJson(
                ", \"scripts\": {\"compile\": \"echo compiled >out\"}, \"repositories\": {\"packagist.org\": false}");
        build();
        assertThat(app.resolve("out")).hasContent("compiled");
        composerJson(", \"scripts\": {\"compile\": \"exit 7\"}, \"repositories\": {\"packagist.org\": false}");
        assertThatThrownBy(this::build)
                .hasMessage("composer run-script --no-dev --no-interaction compile failed with exit status 7");
    }

    @Test
    void startsNothingForAnAppWithoutPackages() throws IOException {
        write("index.php", "<?php echo 1;");
        Map<String, String> onlyPhp = new TreeMap<>(environment);
        onlyPhp.put("PATH", binWith("php").toString());
        BuiltApp built = build(new PhpBuildpack(), onlyPhp, new Runtimes(onlyPhp));
        assertThat(built.defaultProcesses()).containsExactly(Map.entry("web", "php -S 0.0.0.0:$PORT -t ."));
        assertThat(built.exports().get("PATH")).startsWith(app.resolve("vendor/bin") + ":");
        assertThat(lines).containsExactly("-----> Building with php: no dependencies to install");
        assertThat(app.resolve(".profile.d")).doesNotExist();
    }

    private Path binWith(String program) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(
                bin.resolve(program), Program.find(program, PATH).orElseThrow());
        return bin;
    }

    @Test
    void namesWhatIsMissingOnTheServer() throws IOException {
        composerJson(", \"require\": {\"tiny/greet\": \"*\"}");
        Map<String, String> without = new TreeMap<>(environment);
        without.put("PATH", folder.resolve("empty").toString());
        assertThatThrownBy(() -> build(new PhpBuildpack(), without, new Runtimes(without)))
                .hasMessage("php is not installed on the server; on Debian: apt-get install php-cli");
        without.put("PATH", binWith("php").toString());
        assertThatThrownBy(() -> build(new PhpBuildpack(), without, new Runtimes(without)))
                .hasMessage("composer is not installed on the server; on Debian: apt-get install composer unzip");
    }

    @Test
    void buildsAndStartsWithTheVersionThatTheAppAsksFor() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("home/.local/share/mise/installs/php/5.6.40/bin"));
        Path php = Files.writeString(bin.resolve("php"), "#!/bin/sh\necho the old php runs \"$@\"\n");
        assertThat(php.toFile().setExecutable(true)).isTrue();
        Map<String, String> owner = new TreeMap<>(environment);
        owner.put("HOME", folder.resolve("home").toString());
        String autoload = ", \"autoload\": {\"classmap\": [\"src\"]}";

        for (String wish : List.of(
                ", \"require\": {\"php\": \"~5.6.1\"}", ", \"config\": {\"platform\": {\"php\": \"5.6.1\"}}", "")) {
            app = newFolder("app");
            composerJson(autoload + wish);
            write(".tool-versions", "php 5.6\n");
            build(new PhpBuildpack(), environment, new Runtimes(owner));
            assertThat(transcript())
                    .contains("Building with php 5.6.40")
                    .containsPattern("       the old php runs /\\S+/composer install --no-dev");
            assertThat(app.resolve(".profile.d/php-runtime.sh")).hasContent("export PATH='" + bin + "':\"$PATH\"");
        }
    }

    @Test
    void warnsWhenAnotherPhpIsAskedFor() throws IOException {
        composerJson(", \"require\": {\"php\": \"^5.1\"}");
        build();
        assertThat(transcript()).containsPattern(" !     composer.json asks for php \\^5.1, the server has \\d+\\.");
        composerJson(", \"require\": {\"php\": \"someday\"}");
        build();
        assertThat(transcript()).contains(" !     composer.json asks for php someday, which is no version ");
    }

    @Test
    void servesTheFolderThatIsMeantForTheWorld() throws IOException {
        composerJson("");
        assertThat(build().defaultProcesses()).as("never the source itself").isEmpty();
        write("index.php", "");
        assertThat(build().defaultProcesses()).containsEntry("web", "php -S 0.0.0.0:$PORT -t .");
        write("web/index.php", "");
        assertThat(build().defaultProcesses()).containsEntry("web", "php -S 0.0.0.0:$PORT -t web");
        write("public/index.php", "");
        assertThat(build().defaultProcesses()).containsEntry("web", "php -S 0.0.0.0:$PORT -t public");
    }

    @Test
    void refusesABadComposerJson() throws IOException {
        write("composer.json", "{\n  \"name\": \"x\",\n  oops\n}");
        assertThatThrownBy(this::build).hasMessageStartingWith("composer.json line 3, column ");
        write("composer.json", " ".repeat(1024 * 1024 + 1));
        assertThatThrownBy(this::build).hasMessageContaining("more than the 1048576 bytes");
        Files.delete(app.resolve("composer.json"));
        Files.createSymbolicLink(app.resolve("composer.json"), Path.of("/etc/hostname"));
        assertThatThrownBy(this::build).hasMessageContaining("is a link");
        Files.delete(app.resolve("composer.json"));
        composerJson(", \"require\": [], \"config\": 3, \"scripts\": [], \"autoload\": null, \"repositories\": \"x\"");
        assertThat(build().defaultProcesses()).isEmpty();
    }
}
