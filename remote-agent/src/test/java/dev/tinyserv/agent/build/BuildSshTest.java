package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.go.GoBuildpack;
import dev.tinyserv.buildpacks.buildpack.node.NodeBuildpack;
import dev.tinyserv.buildpacks.buildpack.php.PhpBuildpack;
import dev.tinyserv.buildpacks.buildpack.procfile.ProcfileBuildpack;
import dev.tinyserv.buildpacks.buildpack.python.PythonBuildpack;
import dev.tinyserv.buildpacks.buildpack.ruby.RubyBuildpack;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds that fetch by SSH, from OpenSSH's server, which knows the key of one app only. */
@Timeout(180)
@Tag("slow")
class BuildSshTest {
    private static final AppName APP = new AppName("shop");
    private static final AppState STATE = new AppState(APP, 5000, true, Instant.EPOCH, "ada");
    private static final String COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    @TempDir
    private Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Layout layout;
    private BuildPipeline pipeline;
    private OpenSshServer server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        for (String program : List.of("sshd", "ssh", "git", "ssh-keygen")) {
            assumeTrue(Program.find(program, Map.of("PATH", PATH)).isPresent(), "needs " + program);
        }
        Path root = Files.createDirectory(folder.toRealPath().resolve("root"));
        layout = new Layout(root);
        pipeline = new BuildPipeline(
                AgentSettings.load(Map.of("TINYSERV_ROOT", root.toString())).build(),
                new Buildpacks(List.of(
                        new NodeBuildpack(),
                        new GoBuildpack(),
                        new PythonBuildpack(),
                        new RubyBuildpack(),
                        new PhpBuildpack(),
                        new ProcfileBuildpack())),
                new Events(),
                Clock.systemUTC(),
                Map.of("PATH", PATH));
        server = new OpenSshServer(folder.resolve("sshd"), PATH);
        port = server.port();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void letIn() throws IOException {
        server.letIn(pipeline.deployKeys().publicKey(APP));
    }

    private String run(String... command) {
        return Command.of(command)
                .in(folder)
                .environment(Map.of(
                        "PATH", PATH,
                        "HOME", folder.toString(),
                        "GIT_CONFIG_NOSYSTEM", "1",
                        "GIT_AUTHOR_NAME", "Ada",
                        "GIT_AUTHOR_EMAIL", "ada@example.org",
                        "GIT_COMMITTER_NAME", "Ada",
                        "GIT_COMMITTER_EMAIL", "ada@example.org"))
                .collect()
                .text();
    }

    private String repository(String name, Map<String, String> files) throws IOException {
        Path repository = Files.createDirectory(folder.resolve(name));
        run("git", "init", "-q", "-b", "main", repository.toString());
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.createDirectories(repository.resolve(file.getKey()).getParent());
            Files.writeString(repository.resolve(file.getKey()), file.getValue());
        }
        run("git", "-C", repository.toString(), "add", "-A");
        run("git", "-C", repository.toString(), "commit", "-q", "-m", "One");
        return "ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + port + folder.toAbsolutePath() + "/" + name;
    }

    private String head(String name) {
        return run("git", "-C", folder.resolve(name).toString(), "rev-parse", "HEAD");
    }

    private Path build(MapSource source, Map<String, String> config) {
        ConfigVars env = ConfigVars.none().with(config);
        Slug slug = pipeline.build(STATE, TestSubmission.of(APP, COMMIT, source, lines::add, new Cancellation()), env);
        return layout.builds(APP).resolve(slug.id());
    }

    private static MapSource script(String script) {
        return new MapSource()
                .with("Procfile", "web: true")
                .with("package.json", "{\"scripts\": {\"build\": \"sh ./build.sh\"}}")
                .with("package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {\"\": {}}}")
                .with("build.sh", script);
    }

    private String npmApp(String url, String commit) {
        return "{\"name\": \"app\", \"lockfileVersion\": 3, \"requires\": true, \"packages\": {\"\": {\"name\": \"app\","
                + " \"dependencies\": {\"greeting\": \"" + url
                + "\"}}, \"node_modules/greeting\": {\"version\": \"1.0.0\","
                + " \"resolved\": \"" + url + "#" + commit + "\"}}}";
    }

    private MapSource npm() throws IOException {
        String url = "git+"
                + repository(
                        "greeting",
                        Map.of(
                                "package.json",
                                "{\"name\": \"greeting\", \"version\": \"1.0.0\"}",
                                "index.js",
                                "module.exports = 'private';"));
        return new MapSource()
                .with("Procfile", "web: node .")
                .with("package.json", "{\"name\": \"app\", \"dependencies\": {\"greeting\": \"" + url + "\"}}")
                .with("package-lock.json", npmApp(url, head("greeting")));
    }

    @Test
    void npmCiFetchesAPrivatePackageWithTheAppsKey() throws IOException {
        assumeTrue(Program.find("npm", Map.of("PATH", PATH)).isPresent(), "needs npm");
        MapSource source = npm();
        Map<Path, String> home = homesSshFiles();

        assertThatThrownBy(() -> build(source, Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("npm ci")
                .hasMessageContaining("`apps:deploy-key` prints");
        assertThat(lines).anyMatch(line -> line.contains("Permission denied (publickey)"));

        letIn();
        assertThat(build(source, Map.of()).resolve("node_modules/greeting/index.js"))
                .hasContent("module.exports = 'private';");
        assertThat(homesSshFiles()).isEqualTo(home);
        assertThat(layout.knownHosts(APP)).content().contains("[127.0.0.1]:" + port);
        assertThat(layout.temporary()).isEmptyDirectory();
    }

    @Test
    void gitAndSshOfAScriptUseTheAppsKeyAndItsHosts() throws IOException {
        assumeTrue(Program.find("npm", Map.of("PATH", PATH)).isPresent(), "needs npm");
        String url = repository("private", Map.of("file", "private"));
        letIn();
        Map<Path, String> home = homesSshFiles();
        String host = System.getProperty("user.name") + "@127.0.0.1";

        Path slug = build(
                script("set -e; git clone -q " + url + " one; env -u GIT_SSH_COMMAND git clone -q " + url
                        + " two; PATH=/usr/bin:/bin git clone -q "
                        + url + " three; ssh -p " + port + " " + host + " echo said >said; scp -q -P " + port + " "
                        + host + ":" + folder + "/private/file copied; ssh -G " + host + " >settings; git config"
                        + " --system --list >system 2>&1 || :; ls -a ~/.ssh $(getent passwd $(id -u) | cut -d: -f6)/.ssh"
                        + " >home 2>&1 || :"),
                Map.of("PATH", PATH));

        for (String file : List.of("one/file", "two/file", "three/file", "copied")) {
            assertThat(slug.resolve(file)).hasContent("private");
        }
        assertThat(slug.resolve("said")).hasContent("said");
        assertThat(Files.readString(slug.resolve("settings")))
                .contains("identitiesonly yes", "globalknownhostsfile /dev/null", "identityagent none")
                .containsOnlyOnce("identityfile ")
                .containsPattern("identityfile \\S*/.tinyserv-ssh/key\n")
                .containsPattern("userknownhostsfile \\S*/.tinyserv-ssh/known_hosts\n");
        assertThat(slug.resolve("home")).content().doesNotContain("id_", "known_hosts", "authorized_keys");
        assertThat(homesSshFiles()).isEqualTo(home);
    }

    @Test
    void aHostThatHasAnotherKeyIsNotBelievedUntilTheAppForgetsIt() throws IOException {
        assumeTrue(Program.find("npm", Map.of("PATH", PATH)).isPresent(), "needs npm");
        String url = repository("private", Map.of("file", "private"));
        letIn();
        // Written by the version before for all apps together.
        Files.writeString(
                layout.deployKeys().resolve(".known_hosts"),
                "[127.0.0.1]:" + port + " " + pipeline.deployKeys().publicKey(new AppName("other")) + "\n");
        MapSource source = script("git clone -q " + url + " cloned");

        assertThatThrownBy(() -> build(source, Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the host has another key than the one that it had at first")
                .hasMessageContaining("`apps:deploy-key --new`");

        pipeline.deployKeys().forget(APP);
        letIn();
        assertThat(build(source, Map.of()).resolve("cloned/file")).hasContent("private");
    }

    @Test
    void whatWasRefusedToAProgramThatWentOnIsNotBlamedForALaterFailure() throws IOException {
        assumeTrue(Program.find("npm", Map.of("PATH", PATH)).isPresent(), "needs npm");
        String url = repository("private", Map.of("file", "private"));
        MapSource source = script("echo 'a type error'; exit 2")
                .with(
                        "package.json",
                        "{\"scripts\": {\"preinstall\": \"git clone " + url
                                + " optional || :\", \"build\": \"sh ./build.sh\"}}");

        assertThatThrownBy(() -> build(source, Map.of()))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("npm run build failed")
                .hasMessageNotContaining("apps:deploy-key");
        assertThat(lines).anyMatch(line -> line.contains("Permission denied (publickey)"));
    }

    @Test
    void nothingOfTheBuildRunsWhenWhatItsSshHasLearntIsTakenBack() throws IOException {
        assumeTrue(Program.find("npm", Map.of("PATH", PATH)).isPresent(), "needs npm");
        Path seen = folder.resolve("seen");
        Path lent = folder.resolve("lent");
        String url = repository("private", Map.of("file", "private"));
        letIn();
        build(
                script("git clone -q " + url + " cloned; mkfifo ready; dirname \"$GIT_SSH_COMMAND\" >" + lent
                        + "; setsid sh -c 'echo ready >ready; while :; do test ! -s " + layout.knownHosts(APP)
                        + " || { echo >"
                        + seen + "; exit; }; done' >/dev/null 2>&1 & read line <ready"),
                Map.of());
        assertThat(lent).exists();
        assertThat(layout.knownHosts(APP)).isNotEmptyFile();
        assertThat(seen).doesNotExist();
    }

    @Test
    @Tag("thorough")
    void goFetchesAPrivateModuleWithTheAppsKey() throws IOException {
        assumeTrue(Program.find("go", Map.of("PATH", PATH)).isPresent(), "needs go");
        String module = "private.example/greeting.git";
        String url = repository(
                "greeting",
                Map.of(
                        "go.mod",
                        "module " + module + "\n\ngo 1.18\n",
                        "greeting.go",
                        "package greeting\n\nconst Text = 1\n"));
        run("git", "-C", folder.resolve("greeting").toString(), "tag", "v1.0.0");
        MapSource source = new MapSource()
                .with("Procfile", "web: bin/app")
                .with("go.mod", "module example.org/app\n\ngo 1.18\n\nrequire " + module + " v1.0.0\n")
                .with(
                        "main.go",
                        "package main\n\nimport \"" + module + "\"\n\nfunc main() { println(greeting.Text) }\n");
        Map<String, String> config = Map.of(
                "GOPRIVATE", "*",
                "GOPROXY", "direct",
                "GOFLAGS", "-mod=mod",
                "GIT_ALLOW_PROTOCOL", "https:ssh",
                "GIT_CONFIG_COUNT", "1",
                "GIT_CONFIG_KEY_0", "url." + url.replace("greeting", "") + ".insteadOf",
                "GIT_CONFIG_VALUE_0", "https://private.example/");

        assertRefusedThenFetched(source, config, "bin", "app");
    }

    @Test
    @Tag("thorough")
    void pipFetchesAPrivatePackageWithTheAppsKey() throws IOException {
        assumeTrue(Program.find("python3", Map.of("PATH", PATH)).isPresent(), "needs python3");
        String url = repository("pygreeting", Map.of("pyproject.toml", """
                [build-system]
                requires = []
                build-backend = "backend"
                backend-path = ["."]

                [project]
                name = "greeting"
                version = "1.0"
                """, "backend.py", """
                import zipfile

                def build_wheel(folder, config_settings=None, metadata_directory=None):
                    name = 'greeting-1.0-py3-none-any.whl'
                    with zipfile.ZipFile(folder + '/' + name, 'w') as wheel:
                        wheel.writestr('greeting.py', 'TEXT = "private"')
                        info = 'greeting-1.0.dist-info/'
                        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: greeting\\nVersion: 1.0\\n')
                        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
                        wheel.writestr(info + 'RECORD', '')
                    return name
                """));
        MapSource source = new MapSource()
                .with("Procfile", "web: python app.py")
                .with("requirements.txt", "greeting @ git+" + url + "@" + head("pygreeting") + "\n");

        assertRefusedThenFetched(source, Map.of("PIP_NO_INDEX", "1"), ".venv", "greeting.py");
    }

    @Test
    @Tag("thorough")
    void bundlerFetchesAPrivateGemWithTheAppsKey() throws IOException {
        assumeTrue(Program.find("bundle", Map.of("PATH", PATH)).isPresent(), "needs bundler");
        String url = repository(
                "rbgreeting",
                Map.of(
                        "greeting.gemspec",
                        "Gem::Specification.new { |s| s.name = 'greeting'; s.version = '1.0'; s.summary = 'x';"
                                + " s.authors = ['x']; s.files = ['lib/greeting.rb'] }",
                        "lib/greeting.rb",
                        "TEXT = 'private'"));
        MapSource source = new MapSource()
                .with("Procfile", "web: ruby app.rb")
                .with("Gemfile", "gem 'greeting', git: '" + url + "'\n")
                .with(
                        "Gemfile.lock",
                        "GIT\n  remote: " + url + "\n  revision: " + head("rbgreeting")
                                + "\n  specs:\n    greeting (1.0)\n\nGEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n"
                                + "  greeting!\n");

        assertRefusedThenFetched(source, Map.of(), "vendor", "greeting.rb");
    }

    @Test
    @Tag("thorough")
    void composerFetchesAPrivatePackageWithTheAppsKey() throws IOException {
        assumeTrue(Program.find("composer", Map.of("PATH", PATH)).isPresent(), "needs composer");
        String url = repository(
                "phpgreeting", Map.of("composer.json", "{\"name\": \"acme/greeting\"}", "greeting.php", "<?php"));
        String head = head("phpgreeting");
        String json = "{\"repositories\":[{\"type\":\"vcs\",\"url\":\"" + url
                + "\"},{\"packagist.org\":false}],\"require\":{\"acme/greeting\":\"dev-main\"}}";
        MapSource source = new MapSource()
                .with("Procfile", "web: php app.php")
                .with("composer.json", json)
                .with(
                        "composer.lock",
                        "{\"content-hash\": \"" + md5(json.replace("/", "\\/"))
                                + "\", \"packages\": [{\"name\": \"acme/greeting\", \"version\": \"dev-main\","
                                + " \"source\": {\"type\": \"git\", \"url\": \"" + url + "\", \"reference\": \"" + head
                                + "\"}, \"type\": \"library\"}], \"packages-dev\": [], \"aliases\": [],"
                                + " \"minimum-stability\": \"dev\", \"stability-flags\": {\"acme/greeting\": 20},"
                                + " \"prefer-stable\": false, \"prefer-lowest\": false, \"platform\": {}, \"platform-dev\": {}}");

        assertRefusedThenFetched(source, Map.of(), "vendor", "greeting.php");
    }

    /** By which Composer tells whether a lock file fits. */
    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefusedThenFetched(MapSource source, Map<String, String> config, String under, String file)
            throws IOException {
        Map<Path, String> home = homesSshFiles();
        assertThatThrownBy(() -> build(source, config))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("`apps:deploy-key` prints");
        letIn();
        assertThat(build(source, config).resolve(under)).isDirectoryRecursivelyContaining("glob:**/" + file);
        assertThat(homesSshFiles()).isEqualTo(home);
    }

    /** What the server's user has there, and when it was last changed. */
    private static Map<Path, String> homesSshFiles() throws IOException {
        Path home = Path.of(System.getProperty("user.home"), ".ssh");
        Map<Path, String> files = new TreeMap<>();
        if (Files.isDirectory(home)) {
            try (Stream<Path> entries = Files.list(home)) {
                for (Path file : entries.toList()) {
                    files.put(file, Files.size(file) + " " + Files.getLastModifiedTime(file));
                }
            }
        }
        return files;
    }
}
