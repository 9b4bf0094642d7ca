package dev.tinyserv.buildpacks.buildpack.node;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.LanguageStage;
import dev.tinyserv.buildpacks.buildpack.TestBuild;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the machine's npm, and packages that are made here: no registry is asked. */
@Timeout(180)
@Tag("slow")
class NodeBuildpackTest extends LanguageStage {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/local/bin:/usr/bin:/bin");

    @TempDir
    static Path packages;

    @BeforeAll
    static void packPackages() throws IOException {
        needs("npm");
        pack("greet", "{\"name\": \"greet\", \"version\": \"1.0.0\"}", "module.exports = () => 'hello';");
        pack(
                "shout",
                "{\"name\": \"shout\", \"version\": \"1.0.0\", \"bin\": {\"shout\": \"index.js\"}}",
                "#!/usr/bin/env node\nrequire('fs').writeFileSync('shouted', require('greet')().toUpperCase());");
    }

    private static void pack(String name, String json, String code) throws IOException {
        Path source = Files.createDirectory(packages.resolve(name));
        Files.writeString(source.resolve("package.json"), json);
        Files.writeString(source.resolve("index.js"), code);
        npm(source, "pack", "--pack-destination", packages.toString());
    }

    private static void npm(Path folder, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("npm"));
        all.addAll(List.of(arguments));
        Command.of(all).in(folder).environment(environment(packages)).collect();
    }

    private static Map<String, String> environment(Path home) {
        Map<String, String> environment = new TreeMap<>(PATH);
        environment.put("HOME", home.toString());
        environment.put("npm_config_registry", "http://127.0.0.1:1/");
        environment.put("npm_config_offline", "true");
        environment.put("npm_config_update_notifier", "false");
        return environment;
    }

    private void packageJson(String fields) throws IOException {
        Files.writeString(app.resolve("package.json"), "{\"name\": \"myapp\", \"version\": \"1.0.0\"" + fields + "}");
    }

    /** An app whose build script needs a development dependency. */
    private void appWithDependencies(String greetVersionSpec) throws IOException {
        for (String name : List.of("greet", "shout")) {
            Files.copy(packages.resolve(name + "-1.0.0.tgz"), app.resolve(name + ".tgz"));
        }
        packageJson("""
                , "scripts": {"build": "shout && echo NODE_ENV is $NODE_ENV", "start": "node server.js"},
                "dependencies": {"greet": "%s"},
                "devDependencies": {"shout": "file:shout.tgz"}
                """.formatted(greetVersionSpec));
    }

    private BuiltApp build() throws IOException {
        return build(environment(folder.resolve("temp")));
    }

    private BuiltApp build(Map<String, String> variables) throws IOException {
        return build(new NodeBuildpack(), variables, new Runtimes(variables));
    }

    private void failing(String line) throws IOException {
        Files.writeString(app.resolve("fail.sh"), "cat <<'END'\n" + line + "\nEND\nexit 1\n");
        packageJson(", \"scripts\": {\"build\": \"sh fail.sh\"}");
    }

    @Test
    void namesTheVariablesThatAnExampleHasAndABuildMisses() throws IOException {
        Files.writeString(app.resolve(".env.example"), "# for all\nPOSTGRES_URL=\nexport AUTH_SECRET=x # y\nHOME=\n");
        failing("Error: No connection string. Perhaps an environment variable has not been set?");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessage("npm run build failed with exit status 1: .env.example names AUTH_SECRET, POSTGRES_URL,"
                        + " which are not set; run `tinyserv config:set AUTH_SECRET=… POSTGRES_URL=…` and push again");
        failing("a type error");
        assertThatThrownBy(this::build).hasMessage("npm run build failed with exit status 1");
    }

    @Test
    void namesTheHostThatADownloadDidNotFindAndHowToDoWithoutIt() throws IOException {
        failing("npm error getaddrinfo ENOTFOUND download.cypress.io");
        assertThatThrownBy(this::build)
                .hasMessage("npm run build failed with exit status 1: the server cannot find the host"
                        + " download.cypress.io: let it reach that host, or do without that download by `tinyserv"
                        + " config:set CYPRESS_INSTALL_BINARY=0`, and push again");
        failing("npm error getaddrinfo ENOTFOUND get.example.com");
        assertThatThrownBy(this::build)
                .hasMessageEndingWith("the host get.example.com: let it reach that host and push again");
        failing("gyp ERR! stack is related to network connectivity. In most cases you are behind a proxy");
        assertThatThrownBy(this::build)
                .hasMessageContaining("1: a package is compiled, and the headers of Node.js for that cannot be fetched"
                        + " from nodejs.org: ");
    }

    @Test
    void buildsWithDevelopmentDependenciesAndShipsWithoutThem() throws IOException {
        appWithDependencies("file:greet.tgz");
        npm(app, "install", "--package-lock-only");
        byte[] lock = Files.readAllBytes(app.resolve("package-lock.json"));

        BuiltApp built = build();

        assertThat(app.resolve("shouted")).hasContent("HELLO");
        assertThat(app.resolve("node_modules/greet/index.js")).exists();
        assertThat(app.resolve("node_modules/shout")).doesNotExist();
        assertThat(built.defaultProcesses()).containsExactly(Map.entry("web", "npm start"));
        assertThat(built.environment()).containsEntry("NODE_ENV", "production");
        assertThat(transcript())
                .containsPattern("-----> Building with node \\d+")
                .contains("       npm ci --include=dev")
                .contains("NODE_ENV is production");

        // Nothing changed: nothing is installed.
        app = newFolder("app");
        appWithDependencies("file:greet.tgz");
        Files.write(app.resolve("package-lock.json"), lock);
        build();
        assertThat(transcript()).contains("nothing changed").doesNotContain("npm ci");
        assertThat(app.resolve("shouted")).hasContent("HELLO");
        assertThat(app.resolve("node_modules/shout")).doesNotExist();
        assertThat(app.resolve("node_modules/greet/index.js")).exists();

        // Only root can change what is kept, and then it is not used again.
        Path kept = app.resolve("node_modules/greet/index.js");
        assertThat(Files.getPosixFilePermissions(kept)).doesNotContain(PosixFilePermission.OWNER_WRITE);
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(kept, "broken");
        app = newFolder("app");
        appWithDependencies("file:greet.tgz");
        Files.write(app.resolve("package-lock.json"), lock);
        build();
        assertThat(transcript()).contains("node_modules of the last build was changed since", "npm ci");
        assertThat(app.resolve("shouted")).hasContent("HELLO");

        // The lock file changed: installed anew, and only that is kept.
        app = newFolder("app");
        appWithDependencies("file:greet.tgz");
        Files.writeString(
                app.resolve("package-lock.json"), new String(lock, java.nio.charset.StandardCharsets.UTF_8) + "\n");
        build();
        assertThat(transcript()).contains("npm ci");
        assertThat(app.resolve("shouted")).hasContent("HELLO");
        try (var entries = Files.list(folder.resolve("cache/node"))) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    @Tag("thorough")
    void seesThatAPackageInTheSourceChangedWhileTheLockFileDidNot() throws IOException {
        for (boolean locked : List.of(true, false)) {
            app = newFolder("app");
            newFolder("cache");
            appWithDependencies("file:greet.tgz");
            npm(app, "install", "--package-lock-only");
            String lock =
                    Files.readString(app.resolve("package-lock.json")).replaceAll(",\\s*\"integrity\": \"[^\"]*\"", "");
            buildWithLock(locked, lock);
            assertThat(app.resolve("shouted")).hasContent("HELLO");

            app = newFolder("app");
            appWithDependencies("file:greet.tgz");
            Path other = Files.createDirectories(folder.resolve("other-" + locked));
            Files.writeString(other.resolve("package.json"), "{\"name\": \"greet\", \"version\": \"1.0.0\"}");
            Files.writeString(other.resolve("index.js"), "module.exports = () => 'goodbye';");
            npm(other, "pack", "--pack-destination", other.toString());
            Files.copy(other.resolve("greet-1.0.0.tgz"), app.resolve("greet.tgz"), REPLACE_EXISTING);
            buildWithLock(locked, lock);
            assertThat(transcript()).doesNotContain("of the last build");
            assertThat(app.resolve("shouted")).hasContent("GOODBYE");
        }
    }

    /** No script of the app could change anything. */
    @Test
    void sharesTheFilesOfDependenciesThatNothingChanges() throws IOException {
        List<Path> releases = new ArrayList<>();
        String lock = "";
        for (int i = 0; i < 3; i++) {
            app = newFolder("app");
            Files.copy(packages.resolve("greet-1.0.0.tgz"), app.resolve("greet.tgz"));
            Files.copy(packages.resolve("shout-1.0.0.tgz"), app.resolve("shout.tgz"));
            packageJson("""
                    , "scripts": {"start": "node server.js"}, "dependencies": {"greet": "file:greet.tgz"},
                    "devDependencies": {"shout": "file:shout.tgz"}
                    """);
            if (lock.isEmpty()) {
                npm(app, "install", "--package-lock-only");
                lock = Files.readString(app.resolve("package-lock.json"));
            }
            Files.writeString(app.resolve("package-lock.json"), lock);
            build();
            assertThat(transcript().contains("npm ci")).isEqualTo(i == 0);
            assertThat(app.resolve("node_modules/shout")).doesNotExist();
            releases.add(Files.move(app, folder.resolve("release" + i)));
        }

        assertThat(releases)
                .map(release -> Files.getAttribute(release.resolve("node_modules/greet/index.js"), "unix:ino"))
                .containsOnly(Files.getAttribute(releases.get(0).resolve("node_modules/greet/index.js"), "unix:ino"));
        assertThat(Files.getPosixFilePermissions(releases.get(0).resolve("node_modules/greet/index.js")))
                .doesNotContain(PosixFilePermission.OWNER_WRITE);
        Files.writeString(releases.get(0).resolve("node_modules/.made-by-the-app"), "its own");
        assertThat(releases.get(2).resolve("node_modules/.made-by-the-app")).doesNotExist();
    }

    private void buildWithLock(boolean locked, String lock) throws IOException {
        if (locked) {
            Files.writeString(app.resolve("package-lock.json"), lock);
        } else {
            Files.deleteIfExists(app.resolve("package-lock.json"));
        }
        build();
    }

    @Test
    void keepsNoModulesOfAnAppThatLinksToItsOwnFolders() throws IOException {
        for (int i = 0; i < 2; i++) {
            app = newFolder("app");
            Path part = Files.createDirectories(app.resolve("parts/greet"));
            Files.writeString(part.resolve("package.json"), "{\"name\": \"greet\", \"version\": \"1.0.0\"}");
            packageJson(", \"dependencies\": {\"greet\": \"./parts/greet\"}");
            npm(app, "install", "--package-lock-only");
            build();
            assertThat(transcript()).contains("npm ci");
            assertThat(app.resolve("node_modules/greet/package.json")).exists();
        }
    }

    @Test
    void findsOutThatTheLockFileIsStale() throws IOException {
        appWithDependencies("file:greet.tgz");
        packageJson(", \"dependencies\": {\"greet\": \"file:greet.tgz\"}");
        npm(app, "install", "--package-lock-only");
        packageJson(", \"dependencies\": {\"greet\": \"file:greet.tgz\", \"shout\": \"file:shout.tgz\"}");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessage("npm ci --include=dev failed with exit status 1: package-lock.json does not fit"
                        + " package.json; run `npm install` and commit package-lock.json");
        assertThat(transcript()).contains("Missing: shout@1.0.0 from lock file").doesNotContain("--omit <dev");
    }

    @Test
    void installsWithoutALockFileAndWarns() throws IOException {
        appWithDependencies("file:greet.tgz");
        build();
        assertThat(transcript())
                .contains(" !     no package-lock.json: commit one")
                .contains("npm install --include=dev");
        assertThat(app.resolve("shouted")).hasContent("HELLO");
        assertThat(app.resolve("node_modules/shout")).doesNotExist();
        assertThat(app.resolve("package-lock.json")).doesNotExist();

        app = newFolder("app");
        appWithDependencies("file:greet.tgz");
        build();
        assertThat(transcript()).contains("starting from the packages of the last build", "npm install");
        assertThat(app.resolve("shouted")).hasContent("HELLO");
    }

    @Test
    void startsNoNpmForAnAppWithoutDependencies() throws IOException {
        packageJson(", \"dependencies\": {}, \"scripts\": {\"start\": \"node x.js\", \"test\": \"exit 1\"}");
        Map<String, String> onlyNode = new TreeMap<>(environment(folder));
        onlyNode.put("PATH", binWith("node").toString());
        BuiltApp built = build(onlyNode);
        assertThat(built.defaultProcesses()).containsEntry("web", "npm start");
        assertThat(lines).containsExactly("-----> Building with node: no dependencies to install");
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
        packageJson(", \"scripts\": {\"build\": \"true\"}");
        Map<String, String> without = new TreeMap<>(environment(folder));
        without.put("PATH", folder.resolve("empty").toString());
        assertThatThrownBy(() -> build(without))
                .hasMessage("node is not installed on the server; on Debian: apt-get install nodejs npm");
        without.put("PATH", binWith("node").toString());
        assertThatThrownBy(() -> build(without)).hasMessageStartingWith("npm is not installed on the server");
    }

    @Test
    void namesTheConfiguredPathOnWhichAProgramIsMissing() throws IOException {
        packageJson(", \"scripts\": {\"build\": \"true\"}");
        Map<String, String> config = Map.of("PATH", binWith("node").toString());
        Map<String, String> all = new TreeMap<>(environment(folder));
        all.putAll(config);
        assertThatThrownBy(() ->
                        new NodeBuildpack().build(TestBuild.in(folder, all, config, new Runtimes(all), lines::add)))
                .hasMessage("npm is in no folder of PATH, which is a config var of the app; remove it with"
                        + " `config:unset PATH`, or add the program's folder to it");
    }

    @Test
    void stopsAtABuildScriptThatFails() throws IOException {
        packageJson(", \"scripts\": {\"build\": \"echo the reason; exit 7\"}");
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessage("npm run build failed with exit status 7");
        assertThat(lines).contains("       the reason");
    }

    @Test
    void prefersTheScriptsThatAreMeantForDeploys() throws IOException {
        packageJson("""
                , "scripts": {"heroku-prebuild": "echo one >>ran", "heroku-postbuild": "echo two >>ran",
                "build": "echo three >>ran"}
                """);
        build();
        assertThat(app.resolve("ran")).hasContent("one\ntwo");
    }

    @Test
    void buildsAndStartsWithTheVersionThatTheAppAsksFor() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("home/.nvm/versions/node/v4.2.1/bin"));
        Path node = Files.writeString(bin.resolve("node"), "#!/bin/sh\necho the old node\n");
        assertThat(node.toFile().setExecutable(true)).isTrue();
        packageJson(", \"scripts\": {\"build\": \"true\"}");
        Files.writeString(app.resolve(".nvmrc"), "v4.2\n");
        Map<String, String> environment = environment(folder.resolve("temp"));
        Map<String, String> owner = new TreeMap<>(environment);
        owner.put("HOME", folder.resolve("home").toString());
        Files.createSymbolicLink(bin.resolve("npm"), Path.of("/bin/echo"));

        build(new NodeBuildpack(), environment, new Runtimes(owner));

        assertThat(lines).contains("       run build");
        assertThat(app.resolve(".profile.d/node-runtime.sh")).hasContent("export PATH='" + bin + "':\"$PATH\"");
    }

    @Test
    void warnsWhenAnotherNodeIsAskedFor() throws IOException {
        Files.writeString(app.resolve("Procfile"), "web: node app.js\n");
        packageJson(", \"engines\": {\"node\": \"^4.1\\u001b\"}");
        build();
        assertThat(transcript()).contains(" asks for node ^4.1").doesNotContain("\u001b");
        packageJson(", \"engines\": {\"node\": \"^4.1\"}");
        build();
        assertThat(transcript())
                .containsPattern(" !     engines.node in package.json asks for node \\^4.1, the server has \\d+\\.");
        packageJson(", \"engines\": {\"node\": \">=4\"}");
        build();
        assertThat(transcript()).doesNotContain(" !  ");
    }

    @Test
    void installsAnewWhatWasCommitted() throws IOException {
        appWithDependencies("file:greet.tgz");
        Path outside = newFolder("outside");
        Files.writeString(outside.resolve("precious"), "x");
        Files.createSymbolicLink(app.resolve("node_modules"), outside);
        build();
        assertThat(transcript()).contains("node_modules is committed");
        assertThat(outside.resolve("precious")).exists();
        assertThat(app.resolve("shouted")).hasContent("HELLO");
    }

    @Test
    void guessesHowTheAppRuns() throws IOException {
        packageJson("");
        assertThat(build().defaultProcesses()).isEmpty();
        Files.writeString(app.resolve("server.js"), "");
        assertThat(build().defaultProcesses()).containsEntry("web", "node server.js");
    }

    @Test
    void refusesABadPackageJson() throws IOException {
        Files.writeString(app.resolve("package.json"), "{\n  \"name\": \"x\",\n  oops\n}");
        assertThatThrownBy(this::build).hasMessageStartingWith("package.json line 3, column ");
        Files.writeString(app.resolve("package.json"), " ".repeat(1024 * 1024 + 1));
        assertThatThrownBy(this::build).hasMessageContaining("more than the 1048576 bytes");
        Files.delete(app.resolve("package.json"));
        Files.createSymbolicLink(app.resolve("package.json"), Path.of("/etc/hostname"));
        assertThatThrownBy(this::build).hasMessageContaining("is a link");
        Files.delete(app.resolve("package.json"));
        packageJson(", \"scripts\": [], \"dependencies\": \"x\", \"engines\": 3, \"workspaces\": null");
        assertThat(build().defaultProcesses()).isEmpty();
    }

    @Test
    void saysWhatKeepsABuildScriptFromBeingStarted() throws IOException {
        packageJson(", \"scripts\": {\"build\": \"./build.sh\"}");
        Files.writeString(app.resolve("build.sh"), "#!/bin/bash\r\necho\r\n");
        assertThat(app.resolve("build.sh").toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(this::build)
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("npm run build failed with exit status 127: the first line of build.sh ends"
                        + " with CR, as Windows writes lines: run `echo 'build.sh text eol=lf'");
        packageJson(", \"scripts\": {\"build\": \"program-of-nobody\"}");
        assertThatThrownBy(this::build)
                .hasMessage("npm run build failed with exit status 127: program-of-nobody is neither among the app's"
                        + " packages nor installed on the server");
    }
}
