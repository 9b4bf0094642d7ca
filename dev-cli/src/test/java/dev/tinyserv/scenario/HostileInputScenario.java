package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Names, verbs, branches, variables and links that mean no good. */
class HostileInputScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static App victim;

    @BeforeAll
    static void thereIsAnApp() {
        victim = STAGE.probe();
    }

    private static void assertNothingHappened() {
        assertThat(STAGE.sandbox().folder().resolve("pwned")).doesNotExist();
        assertThat(STAGE.sandbox().home().resolve("pwned")).doesNotExist();
        assertThat(STAGE.server().root().resolve("pwned")).doesNotExist();
        assertThat(Http.text(victim.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void namesOfRepositoriesAreLookedUpAndNeverResolved() {
        String touch = "touch${IFS}" + STAGE.sandbox().folder().resolve("pwned");
        List<String> names = List.of(
                "../" + victim.name(),
                "/../../etc",
                "x/../" + victim.name(),
                "..%2f" + victim.name(),
                "-oProxyCommand=x",
                "--upload-pack=" + touch,
                "$(" + touch + ")",
                "`" + touch + "`",
                ";" + touch,
                "a|" + touch,
                "a&&" + touch,
                "A".repeat(5000),
                victim.name().toUpperCase(Locale.ROOT),
                victim.name() + "/../" + victim.name(),
                "~root",
                "~/x",
                ".",
                "..",
                "",
                "caf\u00e9",
                "a b",
                "a'b",
                "a\"b",
                "a\\b",
                STAGE.server().root().resolve("repositories").resolve(victim.name()) + "/..");
        StringBuilder script = new StringBuilder();
        for (String verb : List.of("git-upload-pack", "git-receive-pack")) {
            for (String name : names) {
                String quoted = "'" + name.replace("'", "'\\''") + "'";
                String remoteCommand = verb + " " + quoted;
                script.append("$GIT_SSH_COMMAND -p ")
                        .append(STAGE.sandbox().ports().ssh())
                        .append(" tester@127.0.0.1 '")
                        .append(remoteCommand.replace("'", "'\\''"))
                        .append("' </dev/null >>out 2>>err && echo \"accepted: ")
                        .append(names.indexOf(name))
                        .append(" by ")
                        .append(verb)
                        .append("\"\n");
            }
        }
        Developer developer = STAGE.developer().in(STAGE.developer().newFolder("names"));

        Result result = developer.shell().script(script + "exit 0\n").mustSucceed();

        assertThat(result.out()).doesNotContain("accepted");
        assertThat(developer.shell().folder().resolve("out")).isEmptyFile();
        assertNothingHappened();
    }

    @Test
    void namesOfAppsAreChecked() {
        for (String name : List.of("../x", "X", "1x", "x_y", "x.json", "a".repeat(31), "-c", "x;id", "x/y")) {
            Result result =
                    STAGE.developer().ssh("apps:create", "--", "'" + name + "'").mustFail();
            assertThat(result.err().strip().lines().count())
                    .as("%s: %s", name, result)
                    .isBetween(1L, 12L);
        }
        assertThat(STAGE.developer()
                        .ssh("apps:info", "-a", "../../etc/passwd")
                        .mustFail()
                        .err())
                .doesNotContain("Exception");
        assertNothingHappened();
    }

    @Test
    void verbsAreNeverShellCommands() {
        Path pwned = STAGE.sandbox().folder().resolve("pwned");
        for (String verb : List.of(
                "sh -c 'touch " + pwned + "'",
                "apps; touch " + pwned,
                "apps && touch " + pwned,
                "apps | touch " + pwned,
                "apps > " + pwned,
                "`touch " + pwned + "`",
                "$(touch " + pwned + ")",
                "git-shell",
                "scp -t /tmp",
                "\u001b[2Jverb",
                "apps --help=$(touch " + pwned + ")",
                "x".repeat(20_000))) {
            Result result = STAGE.developer().ssh(verb);
            assertThat(result.exit()).as(verb).isNotZero();
            assertThat(result.all()).doesNotContain("\u001b").doesNotContain("Exception in");
        }
        assertThat(STAGE.developer().ssh("frobnicate").exit()).isEqualTo(2);
        assertNothingHappened();
    }

    @Test
    void thereIsNoShellNoForwardingAndNoSubsystem() {
        Developer developer = STAGE.developer();
        String ssh = "$GIT_SSH_COMMAND -p " + STAGE.sandbox().ports().ssh();

        Result shell = developer.shell().script(ssh + " -T tester@127.0.0.1 </dev/null");
        assertThat(shell.all()).doesNotContain("$ ").doesNotContain("# ");
        Result subsystem = developer.shell().script(ssh + " -s tester@127.0.0.1 sftp </dev/null");
        subsystem.mustFail();
        Result forward = developer
                .shell()
                .script(ssh + " -o ExitOnForwardFailure=yes -W 127.0.0.1:" + victim.port()
                        + " tester@127.0.0.1 </dev/null");
        forward.mustFail();
        Result listen = developer
                .shell()
                .script(ssh + " -o ExitOnForwardFailure=yes -R 0:127.0.0.1:1 tester@127.0.0.1 apps </dev/null");
        listen.mustFail();
        assertNothingHappened();
    }

    @Test
    void variablesFromSshAreDropped() {
        Developer developer = STAGE.developer()
                .with(Map.of(
                        "GIT_SSH_COMMAND",
                        STAGE.developer().shell().environment().get("GIT_SSH_COMMAND") + " -o SendEnv=*",
                        "LD_PRELOAD_X",
                        "/tmp/x.so",
                        "GIT_DIR_X",
                        "/tmp",
                        "JAVA_TOOL_OPTIONS_X",
                        "-version",
                        "TINYSERV_ROOT",
                        "/tmp/other",
                        "NODE_OPTIONS",
                        "--require=/tmp/x.js"));
        App app = new App(victim.name(), victim.folder(), developer.in(victim.folder()));
        assertThat(app.developer().ssh("apps").mustSucceed().out()).contains(victim.name());

        App other = STAGE.developer().sample("probe", STAGE.newName("env"));
        App pushed = new App(other.name(), other.folder(), developer.in(other.folder())).deploy();

        var environment = Json.of(Http.text(pushed.port(), "/env"));
        assertThat(environment.propertyNames())
                .doesNotContain(
                        "NODE_OPTIONS",
                        "LD_PRELOAD_X",
                        "GIT_DIR_X",
                        "GIT_SSH_COMMAND",
                        "SSH_CLIENT",
                        "TINYSERV_SSH_PORT",
                        "JAVA_HOME",
                        "JAVA_TOOL_OPTIONS_X");
        assertThat(environment.at("/TINYSERV_APP").asString()).isEqualTo(pushed.name());
        assertThat(environment.at("/TINYSERV_RELEASE").asString()).isEqualTo("v2");
        assertThat(environment.at("/TINYSERV_COMMIT").asString()).isEqualTo(pushed.head());
        assertThat(environment.at("/HEROKU_APP_NAME").asString()).isEqualTo(pushed.name());
        assertThat(environment.at("/HEROKU_RELEASE_VERSION").asString()).isEqualTo("v2");
        assertThat(environment.at("/HEROKU_SLUG_COMMIT").asString()).isEqualTo(pushed.head());
        assertThat(environment.at("/DYNO").asString()).isEqualTo("web.1");
    }

    @Test
    void branchesThatLookLikeOptionsAreJustBranches() {
        App app = STAGE.probe();
        for (String branch : List.of("--exec=x", "-h", "$(touch pwned)", "a;b", "x`id`", "a|b&c")) {
            Result push = app.developer().git("push", "tinyserv", "HEAD:refs/heads/" + branch);
            assertThat(push.all()).doesNotContain("Exception");
        }
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
        assertNothingHappened();
    }

    @Test
    void refsOutsideOfBranchesAndTagsAreRefused() {
        App app = STAGE.probe();
        for (String ref : List.of("refs/hidden/x", "refs/../../x", "HEAD", "refs/heads/main.lock")) {
            app.developer().git("push", "tinyserv", "HEAD:" + ref).mustFail();
        }
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void linksThatLeadOutsideWriteAndReadNothingThere() throws IOException {
        Path outside = Files.createDirectories(STAGE.sandbox().folder().resolve("outside"));
        Path secret = Files.writeString(outside.resolve("secret"), "very secret");
        App app = STAGE.developer().sample("probe", STAGE.newName("links"));
        app.create();
        Files.createSymbolicLink(app.folder().resolve("passwd"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(app.folder().resolve("up"), Path.of("../../../releases"));
        Files.createSymbolicLink(app.folder().resolve("out"), outside);
        Files.createSymbolicLink(app.folder().resolve("package.json"), secret);
        Files.createSymbolicLink(app.folder().resolve("node_modules"), outside);
        app.commit("Links");

        Result push = app.push();

        assertThat(push.err()).doesNotContain("very secret").doesNotContain("root:");
        assertThat(outside).isDirectoryContaining(each -> each.equals(secret));
        assertThat(outside.toFile().list()).hasSize(1);
        assertThat(secret).hasContent("very secret");
        assertNothingHappened();
    }

    @Test
    void aTreeThatWritesThroughItsOwnLinkOrCollidesIsRefused() {
        App app = STAGE.developer().sample("probe", STAGE.newName("tree"));
        app.create();
        Path outside = STAGE.sandbox().folder().resolve("pwned");
        Result made = app.developer().shell().script("""
                set -e
                blob=$(echo evil | git hash-object -w --stdin)
                link=$(printf %%s '%s' | git hash-object -w --stdin)
                sub=$(printf '100644 blob %%s\\tfile\\n' $blob | git mktree)
                proc=$(git rev-parse HEAD:Procfile)
                tree=$(printf '100644 blob %%s\\tProcfile\\n120000 blob %%s\\tx\\n040000 tree %%s\\tx\\n' \\
                    $proc $link $sub | git mktree)
                git update-ref refs/heads/main $(git commit-tree -m evil $tree)
                """.formatted(outside));
        made.mustSucceed();

        Result push = app.developer().git("push", "--force", "tinyserv", "main").mustFail();

        assertThat(push.err()).doesNotContain("Exception");
        assertNothingHappened();
        assertThat(app.developer().ssh("apps").mustSucceed().out()).contains(app.name());
    }

    @Test
    void aDotGitInTheTreeAndAMaliciousSubmoduleAreRefused() {
        App app = STAGE.developer().sample("probe", STAGE.newName("dotgit"));
        app.create();
        app.developer().shell().script("""
                set -e
                blob=$(echo evil | git hash-object -w --stdin)
                sub=$(printf '100755 blob %s\\tpost-checkout\\n' $blob | git mktree)
                hooks=$(printf '040000 tree %s\\thooks\\n' $sub | git mktree)
                proc=$(git rev-parse HEAD:Procfile)
                tree=$(printf '040000 tree %s\\t.git\\n100644 blob %s\\tProcfile\\n' $hooks $proc | git mktree)
                git update-ref refs/heads/main $(git commit-tree -m evil $tree)
                """).mustSucceed();

        app.developer().git("push", "--force", "tinyserv", "main").mustFail();
        assertThat(app.deployedCommit()).isEmpty();
    }

    @Test
    void garbageOnTheSshPortHarmsNobody() throws IOException {
        for (int i = 0; i < 30; i++) {
            try (var socket = new Socket(
                    InetAddress.getLoopbackAddress(), STAGE.sandbox().ports().ssh())) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        STAGE.developer().ssh("apps").mustSucceed();
        assertNothingHappened();
    }

    @Test
    void tooLargeAPushIsRefusedNamingTheLimit() {
        try (Stage small = Stage.start(Map.of("TINYSERV_MAX_PACK", "200k", "TINYSERV_MAX_FILES", "50"))) {
            App app = small.developer().sample("probe", "large");
            app.create();
            byte[] noise = new byte[400 * 1024];
            new Random(3).nextBytes(noise);
            app.writeBytes("noise", noise).commit("Noise");
            assertThat(app.push().mustFail().err()).contains("TINYSERV_MAX_PACK");

            App many = small.developer().sample("probe", "many");
            many.create();
            for (int i = 0; i < 60; i++) {
                many.write("f" + i, "x" + i);
            }
            assertThat(many.commit("Many").push().mustFail().err()).contains("TINYSERV_MAX_FILES");
        }
    }
}
