package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Folders;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An ordinary user's server, also when root starts it. Needs root, to be two users. */
@Tag("thorough")
class OrdinaryUserScenario {
    private static final int NOBODY = 65534;

    @BeforeEach
    void onlyRootCanBeTwoUsers() {
        assumeTrue(Pids.userOf(ProcessHandle.current().pid()) == 0, "only root can be two users");
    }

    private static Server serverOf(Sandbox sandbox) {
        // The project's folder may be closed to others, so the user gets a copy of the distribution.
        Path copy = sandbox.folder().resolve("dist");
        Folders.copy(Repository.remoteHome(), copy);
        return new Server(sandbox, Map.of(), copy);
    }

    @Test
    void nobodyRunsAServerWithoutRoot() {
        try (Stage stage = Stage.start(serverOf(Sandbox.ofNobody()))) {
            assertThat(Pids.userOf(stage.server().agentPid())).isEqualTo(NOBODY);
            assertThat(Pids.userOf(stage.server().routerPid())).isEqualTo(NOBODY);
        }
    }

    @Test
    void anotherUserReadsWhoMayUseIt() throws IOException {
        Server server = serverOf(Sandbox.ofNobody());
        try (Stage stage = Stage.start(server)) {
            chmod(stage.sandbox().folder(), "rwxr-xr-x");
            Shell other = new Shell(
                    Path.of("/"),
                    server.shell().environment(),
                    List.of("setpriv", "--reuid", "65533", "--regid", "65533", "--clear-groups", "--"),
                    server.shell().captures());
            for (String verb : List.of("status", "apps", "shutdown", "restart")) {
                assertThat(other.run(server.command().toString(), verb)
                                .mustFail()
                                .err())
                        .as(verb)
                        .contains("only its owner may use " + server.root().resolve("run/agent.sock"));
            }
            assertThat(Pids.userOf(server.agentPid())).isEqualTo(NOBODY);
        }
    }

    @Test
    void linksCanBePushedWhereTheDistributionCannotBeWritten() throws IOException {
        Server server = serverOf(Sandbox.ofNobody());
        Path temporary = server.root().resolve("run/jvm-tmp");
        server.shell()
                .script("mkdir -p " + temporary + " && ln -s left " + temporary + "/tempsymlink")
                .mustSucceed();
        try (Stage stage = Stage.start(server)) {
            assertThat(temporary).isEmptyDirectory();
            assertThat(Files.getPosixFilePermissions(temporary))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            App app = new App("linked", stage.sandbox().home(), stage.developer());
            app.developer().ssh("apps:create", app.name()).mustSucceed();
            server.shell()
                    .in(app.folder())
                    .script("""
                    git init -q linked && cd linked
                    echo 'web: node link.js' > Procfile
                    echo 'require("http").createServer((q, s) => s.end("linked")).listen(process.env.PORT)' > server.js
                    ln -s server.js link.js
                    git add . && git commit -q -m Link && git push -q URL main
                    """.replace("URL", app.developer().repositoryUrl(app.name())))
                    .mustSucceed();

            assertThat(Http.text(app.port(), "/")).isEqualTo("linked");
            assertThat(Files.readString(server.root().resolve("repositories/linked/config")))
                    .as("what JGit found out about the disk")
                    .doesNotContain("symlinks = false");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    @Test
    void aFolderThatTheServerMayNotWriteIsNamedAndNothingEnds() throws IOException {
        Server server = serverOf(Sandbox.ofNobody());
        try (Stage stage = Stage.start(server)) {
            App app = new App("closed", stage.sandbox().home(), stage.developer());
            app.developer().ssh("apps:create", app.name()).mustSucceed();
            Shell home = server.shell().in(app.folder());
            home.script("""
                    git init -q closed && cd closed && git remote add tinyserv URL
                    echo 'web: node server.js' > Procfile
                    echo 'require("http").createServer((q, s) => s.end("up")).listen(process.env.PORT)' > server.js
                    git add . && git commit -q -m One && git push -q tinyserv main
                    """.replace("URL", app.developer().repositoryUrl(app.name())))
                    .mustSucceed();
            long agent = server.agentPid();
            Path logs = server.root().resolve("logs");
            Path output = server.root().resolve("run/output");

            chmod(logs, "r-x------");
            Result restart = server.remote("restart").mustFail();
            chmod(logs, "rwx------");

            assertThat(restart.err()).contains("cannot write to " + logs + ": Permission denied; nothing was replaced");
            assertThat(server.agentPid()).isEqualTo(agent);

            chmod(output, "r-x------");
            Result push = home.script("cd closed && git commit -q --allow-empty -m Two && git push tinyserv main")
                    .mustFail();
            chmod(output, "rwx------");

            assertThat(push.err())
                    .contains("this server cannot start web.1: cannot write to " + output + ": Permission denied");
            assertThat(Http.text(app.port(), "/")).isEqualTo("up");
        }
    }

    private static void chmod(Path folder, String mode) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    }

    @Test
    void rootStartsItAsTheOwnerOfItsRoot() {
        Sandbox sandbox = Sandbox.ofNobody();
        Server own = serverOf(sandbox);
        try (own) {
            own.addKey(sandbox.key(), "tester");
            var asRoot = new Shell(
                    sandbox.home(),
                    own.shell().environment(),
                    List.of(),
                    own.shell().captures());

            asRoot.run(own.command().toString(), "startup").mustSucceed();

            assertThat(Pids.userOf(own.agentPid())).isEqualTo(NOBODY);
            assertThat(Pids.userOf(own.routerPid())).isEqualTo(NOBODY);
            asRoot.run(own.command().toString(), "apps:create", "byroot").mustSucceed();
            assertThat(asRoot.run(own.command().toString(), "apps")
                            .mustSucceed()
                            .out())
                    .contains("byroot");
            asRoot.run(own.command().toString(), "shutdown").mustSucceed();
            Eventually.until(
                    "nothing is left", () -> sandbox.processes().isEmpty(), () -> "left: " + sandbox.processes());
        }
    }

    @Test
    void aRootThatBelongsToRootIsCalledUnwise() {
        try (Stage stage = Stage.start()) {
            assertThat(stage.server().remote("status").mustSucceed().all())
                    .contains("not wise: give it to a user of its own with chown");
            App app = stage.probe();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
        }
    }
}
