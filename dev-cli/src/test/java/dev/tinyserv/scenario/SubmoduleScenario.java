package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.HttpsFiles;
import dev.tinyserv.fixtures.fault.Requirements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An app with a submodule in a private repository, which here is another app's on the same server. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class SubmoduleScenario {
    private static final String SERVER = """
            const greeting = require("./vendor/greeting/greeting.js");
            require("node:http").createServer((_, response) => response.end(greeting))
                .listen(process.env.PORT, "127.0.0.1");
            """;

    private final Stage stage;

    SubmoduleScenario(Stage stage) {
        this.stage = stage;
    }

    private static void requireTools() {
        String unmet = Requirements.unmet("ssh-keygen");
        assumeTrue(unmet.isEmpty(), unmet);
    }

    private App withSubmodule(String name, String url) {
        return withSubmodule(stage.developer(), name, url);
    }

    private static App withSubmodule(Developer developer, String name, String url) {
        App app = developer.files(name, Map.of("server.js", SERVER, "package.json", "{\"private\": true}"));
        app.create();
        app.developer().git("submodule", "add", "-q", url, "vendor/greeting").mustSucceed();
        return app.commit("Submodule");
    }

    @Test
    void aPrivateSubmoduleIsFetchedWithTheAppsDeployKey() {
        requireTools();
        App greeting = stage.developer()
                .files(
                        "greeting",
                        Map.of("greeting.js", "module.exports = 'one';\n", "Procfile", "worker: sleep 1000\n"));
        greeting.deploy();
        App app = withSubmodule("greeter", stage.developer().repositoryUrl("greeting"));

        assertThat(app.push().mustFail().err())
                .contains("the submodule vendor/greeting cannot be fetched from ssh://", "`apps:deploy-key` prints");

        String key = app.verb("apps:deploy-key").mustSucceed().out();
        assertThat(key)
                .startsWith("ssh-ed25519 ")
                .isEqualTo(app.verb("apps:deploy-key").out());
        stage.developer()
                .sshWithInput(key, "keys:add", "greeter-build", "--role", "deployer", "--apps", "greeting")
                .mustSucceed();
        assertThat(app.push().mustSucceed().err())
                .contains("vendor/greeting at " + greeting.head().substring(0, 7));
        assertThat(Http.text(app.port(), "/")).isEqualTo("one");

        String another = app.verb("apps:deploy-key", "--new").mustSucceed().out();
        assertThat(another).startsWith("ssh-ed25519 ").isNotEqualTo(key);
        app.write("note", "").commit("What was fetched is kept");
        app.push().mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("one");
    }

    @Test
    void submodulesOfSubmodulesComeOverHttpsWhenTheServersCertificateIsKnown() {
        try (HttpsFiles web =
                new HttpsFiles(stage.sandbox().shell().in(stage.developer().newFolder("web")))) {
            Map<String, String> trust =
                    Map.of("GIT_SSL_CAINFO", web.certificate().toString());
            Developer developer = stage.developer().with(trust);
            App inner = developer.files("inner", Map.of("word.js", "module.exports = 'deep';\n"));
            String innerUrl = web.publish(inner);
            App outer =
                    developer.files("outer", Map.of("greeting.js", "module.exports = require('./inner/word.js');\n"));
            outer.developer().git("submodule", "add", "-q", innerUrl, "inner").mustSucceed();
            App app = withSubmodule(developer, "nested", web.publish(outer.commit("Inner")));

            assertThat(app.push().mustFail().err()).contains("the submodule vendor/greeting cannot be fetched from");
            app.verb("config:set", "GIT_SSL_CAINFO=" + web.certificate()).mustSucceed();

            assertThat(app.push().mustSucceed().err())
                    .contains("vendor/greeting at " + outer.head().substring(0, 7))
                    .contains("vendor/greeting/inner at " + inner.head().substring(0, 7));
            assertThat(Http.text(app.port(), "/")).isEqualTo("deep");
        }
    }

    @Test
    void gitDoesNothingThatABuildHasWrittenIntoTheCacheForIt() throws IOException {
        requireTools();
        stage.developer()
                .files(
                        "tempted",
                        Map.of("greeting.js", "module.exports = 'one';\n", "Procfile", "worker: sleep 1000\n"))
                .deploy();
        App app = withSubmodule("tempter", stage.developer().repositoryUrl("tempted"));
        String key = app.verb("apps:deploy-key").mustSucceed().out();
        stage.developer()
                .sshWithInput(key, "keys:add", "tempter-build", "--role", "deployer", "--apps", "tempted")
                .mustSucceed();
        app.push().mustSucceed();
        Path submodules = stage.server().root().resolve("cache/tempter/submodules");
        Path touched = stage.sandbox().root().resolveSibling("touched");
        try (Stream<Path> repositories = Files.list(submodules)) {
            for (Path repository : repositories.toList()) {
                Files.createDirectories(repository.resolve("info"));
                Files.writeString(repository.resolve("info/attributes"), "* filter=x\n");
                Files.writeString(
                        repository.resolve("config"),
                        "[filter \"x\"]\n\tsmudge = touch " + touched + "; cat\n",
                        StandardOpenOption.APPEND);
            }
        }

        app.write("note", "").commit("Once more").push().mustSucceed();

        assertThat(touched).doesNotExist();
        assertThat(Http.text(app.port(), "/")).isEqualTo("one");
        Path elsewhere = Files.move(submodules, stage.sandbox().root().resolveSibling("elsewhere"));
        Files.createSymbolicLink(submodules, elsewhere);
        app.write("note", "2").commit("And again").push().mustSucceed();
        assertThat(Files.isSymbolicLink(submodules)).isFalse();
        assertThat(elsewhere).isNotEmptyDirectory();
    }

    @Test
    void aSubmoduleThatCannotBeMeantIsRefused() {
        App app = stage.developer().files("wrong-module", Map.of("server.js", SERVER, "package.json", "{}"));
        app.create();
        app.developer()
                .git("update-index", "--add", "--cacheinfo", "160000," + app.head() + ",vendor/greeting")
                .mustSucceed();
        app.developer().git("commit", "-q", "-m", "Link").mustSucceed();
        assertThat(app.push().mustFail().err()).contains("the submodule vendor/greeting has no url in .gitmodules");

        for (String url : new String[] {"../greeting", "file:///etc", "ext::sh -c x", "/etc"}) {
            app.write(".gitmodules", "[submodule \"x\"]\n\tpath = vendor/greeting\n\turl = \"" + url + "\"\n");
            app.developer().git("add", ".gitmodules").mustSucceed();
            app.developer().git("commit", "-q", "-m", "Url").mustSucceed();
            assertThat(app.push().mustFail().err()).contains("vendor/greeting has the url '" + url + "': expected");
        }
        app.write(".gitmodules", "[submodule \"x\"]\n\tpath = vendor/greeting\n\turl = ftp://ada:s3cret@host.test/x\n");
        app.developer().git("add", ".gitmodules").mustSucceed();
        app.developer().git("commit", "-q", "-m", "Password").mustSucceed();
        assertThat(app.push().mustFail().err()).contains("'ftp://host.test/x'").doesNotContain("s3cret");
    }
}
