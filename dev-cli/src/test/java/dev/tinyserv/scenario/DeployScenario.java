package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deploys of folders and archives. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class DeployScenario {
    private final Stage stage;

    DeployScenario(Stage stage) {
        this.stage = stage;
    }

    private App app(String name) {
        return stage.developer().sample("probe", stage.newName(name)).create();
    }

    /** The app's files in a folder that git knows nothing of. */
    private Developer plain(App app) {
        Folders.delete(app.folder().resolve(".git"));
        return app.developer();
    }

    @Test
    void aFolderThatIsNoRepositoryIsDeployed() throws IOException {
        App app = app("folder");
        Developer developer = plain(app);

        Result first = developer.tinyserv("deploy", "-a", app.name()).mustSucceed();

        assertThat(first.all()).contains("-----> Received ", "Launched v2 · http://127.0.0.1:" + app.port());
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

        Files.writeString(app.folder().resolve("Procfile"), "web: exit 7\n");
        Result broken = developer.tinyserv("deploy", "-a", app.name()).mustFail();
        assertThat(broken.err()).contains("web.1 of v3 exited with status 7 before it listened on port ");
        assertThat(Http.text(app.port(), "/")).as("what served goes on serving").isEqualTo("v2\n");
        assertThat(developer.tinyserv("releases", "-a", app.name()).out()).containsPattern("(?m)^v2 .* current$");
        app.verb("redeploy").mustSucceed();
    }

    @Test
    void aFolderOfARepositoryIsDeployedWithoutWhatGitIgnores() throws IOException {
        App app = app("ignoring");
        app.write(".gitignore", "secret\n").write("secret", "s").write("not-yet-committed", "n");
        app.developer().git("rm", "-q", "--cached", "Procfile").mustSucceed();

        app.developer().tinyserv("deploy").mustSucceed();

        Path clone = stage.developer().newFolder("clone");
        stage.developer()
                .git(
                        "clone",
                        "-q",
                        stage.developer().repositoryUrl(app.name()),
                        clone.resolve("x").toString())
                .mustSucceed();
        assertThat(clone.resolve("x/not-yet-committed")).hasContent("n");
        assertThat(clone.resolve("x/Procfile")).exists();
        assertThat(clone.resolve("x/secret")).doesNotExist();

        app.developer().git("push", "tinyserv", "main").mustFail(); // the server has a commit that is not here
    }

    @Test
    void aFolderThatGitIgnoresAsAWholeIsDeployedAsAWhole() throws IOException {
        App app = app("output");
        app.write(".gitignore", "out\n").write("out/index.html", "<p>made</p>").commit("Ignore");

        app.developer().tinyserv("deploy", "out").mustSucceed();

        assertThat(Http.text(app.port(), "/")).isEqualTo("<p>made</p>");
    }

    @Test
    void anArchiveIsDeployedFromAFileFromTheInputAndOverPlainSsh() {
        App app = app("archive");
        Developer developer = plain(app);
        String tar = "tar -cz --exclude=app.tgz .";
        developer.shell().script(tar + " >app.tgz").mustSucceed();

        developer.tinyserv("deploy", "-a", app.name(), "app.tgz").mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
        developer
                .shell()
                .script(tar + " | " + Developer.command() + " deploy -a " + app.name() + " -")
                .mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
        developer
                .shell()
                .script(tar + " | $GIT_SSH_COMMAND -p "
                        + stage.sandbox().ports().ssh() + " tester@127.0.0.1 deploy -a " + app.name() + " -")
                .mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v4\n");
    }

    @Test
    void aDryRunSaysWhatWouldHappenAndChangesNothing() {
        App app = app("dry");
        app.write("package.json", "{\"name\": \"dry\", \"engines\": {\"node\": \">=12\"}}")
                .write("app.json", "{\"env\": {\"TOKEN\": {}, \"LEVEL\": {\"value\": \"info\"}}}");

        Result lacking = app.developer().tinyserv("deploy", "--dry-run").mustFail();
        assertThat(lacking.all())
                .contains("app.json requires TOKEN", "a deploy would fail")
                .containsPattern("builds +with node \\d+\\.\\d+\\.\\d+, no dependencies")
                .containsPattern("runs +web: node server\\.js")
                .contains("http://127.0.0.1:" + app.port())
                .containsPattern("disk +\\d+ KB of files, .* free")
                .containsPattern("memory +.* available");

        app.verb("config:set", "TOKEN=t").mustSucceed();
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustSucceed().all())
                .containsPattern("sets +LEVEL, as app.json says");
        assertThat(stage.server()
                        .remote("deploy", "-a", app.name(), "--dry-run")
                        .mustFail()
                        .all())
                .contains("has no commit yet");
        assertThat(app.deployedCommit()).isEmpty();
        assertThat(app.verb("releases").out()).doesNotContain("Deploy");

        app.commit("App").push().mustSucceed();
        assertThat(stage.server()
                        .remote("deploy", "-a", app.name(), "--dry-run")
                        .mustSucceed()
                        .all())
                .containsPattern("builds +with node");
        app.write("package.json", "{");
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustFail().all())
                .contains("package.json");
    }

    @Test
    void withoutAProcfileADryRunSaysWhatWouldRun() throws IOException {
        App app = app("silent");
        Files.delete(app.folder().resolve("Procfile"));
        app.write("package.json", "{\"scripts\": {\"start\": \"node server.js\"}}");
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustSucceed().all())
                .containsPattern("runs +web: npm start");

        Files.delete(app.folder().resolve("server.js"));
        app.write("package.json", "{}");
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustFail().all())
                .contains("nothing says how the app runs", "a deploy would fail");

        app.write("static.json", "{}");
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustSucceed().all())
                .containsPattern("builds +with static")
                .containsPattern("runs +a site: the router serves its files");
    }

    @Test
    void whichProcessRunsIsKnownBeforeTheBuild() {
        App app = app("several");
        app.write("Procfile", "a: sleep 1000\nb: sleep 1000\n");
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustSucceed().all())
                .containsPattern("leaves +a: sleep 1000 \\(scaled to 0; ps:scale a=1 starts one\\)");
        app.write("Procfile", "web: node server.js\nworker: sleep 1000\n");
        assertThat(app.developer().tinyserv("deploy", "--dry-run").mustSucceed().all())
                .containsPattern("runs +web: node server\\.js")
                .containsPattern("leaves +worker: sleep 1000 \\(scaled to 0");
    }

    @Test
    void whatCannotBeReadOrIsNoArchiveIsSaidInOneLine() {
        App app = app("nothing");
        Developer developer = app.developer();

        assertThat(developer.tinyserv("deploy", "no-such-folder").mustFail().err())
                .contains("'no-such-folder' cannot be read");
        assertThat(developer.tinyserv("deploy", "Procfile").mustFail().err())
                .contains("what was sent is no tar archive")
                .doesNotContain("Exception");
        assertThat(developer.ssh("deploy", "-a", app.name()).exit()).isEqualTo(2);
        assertThat(app.deployedCommit()).isEmpty();
    }
}
