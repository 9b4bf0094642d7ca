package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.cli.TestUser.Result;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LocalVerbsTest {
    private static final String ANSWER =
            "echo '{\"name\":\"%s\",\"port\":5000,\"url\":\"http://server:5000\",\"repository\":\"%s\",\"x\":[{}]}'";

    @TempDir
    Path base;

    private TestUser user;

    @BeforeEach
    void aUserOfAServer() {
        user = new TestUser(base).with("TINYSERV_REMOTE", "ada@server");
        user.git("init", "-q");
        answers("myapp");
    }

    private void answers(String app) {
        user.withProgram("ssh", ANSWER.formatted(app, "/srv/repositories/" + app));
    }

    @Test
    void createMakesTheAppAndTheGitRemote() {
        Result result = user.tinyserv("create", "myapp");

        assertThat(result)
                .isEqualTo(new Result(
                        0, "Creating myapp... done\nhttp://server:5000 | ssh://ada@server:2222/myapp\n", ""));
        assertThat(user.inputOf("ssh")).contains("\"arguments\":[\"apps:create\",\"myapp\",\"--json\"]");
        assertThat(user.git("remote", "get-url", "tinyserv")).isEqualTo("ssh://ada@server:2222/myapp");
    }

    @Test
    void createNamesTheAppAfterTheFolder() {
        answers("my-app-1");

        assertThat(user.tinyserv("apps:create", "-r", "prod").out()).startsWith("Creating my-app-1... done");
        assertThat(user.git("remote")).isEqualTo("prod");
    }

    @Test
    void createChecksEverythingHereBeforeItAsksTheServer() {
        user.git("remote", "add", "tinyserv", "ssh://server/other");
        assertThat(user.tinyserv("create").err()).contains("is there already").hasLineCount(1);

        user.git("remote", "set-url", "tinyserv", "https://ada:s3cret@server/other");
        assertThat(user.tinyserv("create").err())
                .contains("is there already", "https://server/other")
                .doesNotContain("s3cret");

        for (String name : List.of("-x", "My", "../x", "a b", "", "a".repeat(31))) {
            assertThat(user.tinyserv("create", "-r", "new", "--", name).status())
                    .isEqualTo(2);
        }
        assertThat(user.tinyserv("create", "-r", "--exec=x").status()).isEqualTo(2);

        user.run(List.of("rm", "-rf", ".git"), "");
        assertThat(user.tinyserv("create"))
                .isEqualTo(new Result(1, "", " !     not a git repository: run `git init` first\n"));
        assertThat(user.argumentsOf("ssh")).isEmpty();
    }

    @Test
    void createPassesOnWhatTheServerRefuses() {
        user.withProgram("ssh", "echo ' !     myapp is taken' >&2; exit 1");

        assertThat(user.tinyserv("create", "myapp")).isEqualTo(new Result(1, "", " !     myapp is taken\n"));
        assertThat(user.git("remote")).isEmpty();
    }

    @Test
    void createDoesNotTrustTheAnswer() {
        for (String answer : List.of(
                "printf '{'",
                "echo hello",
                "echo '{\"name\":\"other\",\"url\":\"http://x\"}'",
                "echo '{\"name\":\"myapp\",\"url\":\"javascript:x\"}'",
                "echo '{\"name\":\"myapp\",\"url\":\"http://x\\u001b[2J\"}'",
                "head -c 3000000 /dev/zero")) {
            user.withProgram("ssh", answer);

            Result result = user.tinyserv("create", "myapp");

            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err())
                    .contains("was not understood")
                    .hasLineCount(1)
                    .doesNotContain("\u001b");
            assertThat(user.git("remote")).isEmpty();
        }
    }

    @Test
    void createOnThisMachineTellsGitToGoThroughTheAgent() {
        Path repository = user.path("srv x/repositories/myapp");
        user.with("TINYSERV_REMOTE", "localhost")
                .with("TINYSERV_ROOT", user.path("srv x").toString());
        user.withProgram("tinyserv-remote", ANSWER.formatted("myapp", repository));

        assertThat(user.tinyserv("create", "myapp").out()).endsWith("http://server:5000 | " + repository + "\n");

        String start = "env TINYSERV_ROOT='" + user.path("srv x") + "' " + base.resolve("bin/tinyserv-remote");
        assertThat(user.git("config", "remote.tinyserv.receivepack")).isEqualTo(start + " git-receive-pack");
        assertThat(user.git("config", "remote.tinyserv.uploadpack")).isEqualTo(start + " git-upload-pack");

        user.withScript("tinyserv-remote", "printf '%s\\n' \"$@\" > " + base.resolve("asked.arguments"));
        user.run(List.of("git", "ls-remote", "tinyserv"), "");
        assertThat(user.argumentsOf("asked")).containsExactly("git-upload-pack", repository.toString());
    }

    @Test
    void destroyAsksForTheNameAndRemovesTheRemoteOfThatApp() {
        user.git("remote", "add", "tinyserv", "ssh://ada@server:2222/myapp");

        assertThat(user.tinyserv("destroy").err()).contains("say -c myapp").hasLineCount(1);
        assertThat(user.tinyserv("destroy", "-c", "myapp2").err()).contains("nothing was destroyed");
        assertThat(user.argumentsOf("ssh")).isEmpty();

        user.withProgram("ssh", "echo destroyed");
        Result result = user.tinyserv("destroy", "-c", "myapp", "--with-data");
        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo("destroyed\n");
        assertThat(user.inputOf("ssh"))
                .contains("[\"apps:destroy\",\"-a\",\"myapp\",\"-c\",\"myapp\",\"--with-data\"]");
        assertThat(user.git("remote")).isEmpty();
    }

    @Test
    void destroyKeepsTheRemoteOfAnotherAppAndOfAFailure() {
        user.git("remote", "add", "tinyserv", "ssh://ada@server:2222/other");
        assertThat(user.tinyserv("destroy", "-a", "myapp", "-c", "myapp").status())
                .isZero();
        assertThat(user.git("remote")).isEqualTo("tinyserv");

        user.withProgram("ssh", "exit 1");
        assertThat(user.tinyserv("destroy", "-c", "other").status()).isEqualTo(1);
        assertThat(user.git("remote")).isEqualTo("tinyserv");
    }

    @Test
    void destroyTakesTheNameFromTheTerminal() {
        user.with("JDK_JAVA_OPTIONS", "");
        List<String> command = new ArrayList<>(user.tinyservCommand("destroy", "-a", "myapp"));
        command.replaceAll(argument -> argument.equals("-Dtinyserv.terminal=") ? "-Dtinyserv.terminal=ioe" : argument);

        assertThat(user.run(command, "myapp2\n").status()).isEqualTo(1);
        assertThat(user.argumentsOf("ssh")).isEmpty();
        assertThat(user.run(command, "myapp\n").status()).isZero();
    }

    @Test
    void destroyTakesTheNameFromAPipeToo() {
        assertThat(user.tinyservReading("myapp2\n", "destroy", "-a", "myapp").err())
                .contains("nothing was destroyed")
                .hasLineCount(1);
        assertThat(user.argumentsOf("ssh")).isEmpty();
        assertThat(user.tinyservReading("myapp\n", "destroy", "-a", "myapp").status())
                .isZero();
    }

    @Test
    void openPrintsTheUrlAndStartsABrowserWhereThereIsOne() throws IOException {
        user.withProgram("xdg-open", "touch '" + user.path("xdg-open.done") + "'");
        assertThat(user.tinyserv("open", "-a", "myapp")).isEqualTo(new Result(0, "http://server:5000\n", ""));
        assertThat(user.inputOf("ssh")).contains("[\"apps:info\",\"-a\",\"myapp\",\"--json\"]");

        Eventually.until("the browser is started", () -> Files.exists(user.path("xdg-open.done")));
        assertThat(user.argumentsOf("xdg-open")).containsExactly("http://server:5000");

        Result nothing = user.tinyserv("open");
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.err()).startsWith(" !     which app? use -a NAME").hasLineCount(1);
    }

    @Test
    void gitRemoteAddsOrChangesTheRemoteOfAnExistingApp() {
        assertThat(user.tinyserv("git:remote", "-a", "myapp").status()).isZero();
        assertThat(user.git("remote", "get-url", "tinyserv")).isEqualTo("ssh://ada@server:2222/myapp");

        user.with("TINYSERV_REMOTE", "bob@[::1]:22");
        assertThat(user.tinyserv("git:remote", "-a", "myapp").status())
                .as("not moved to another server in silence")
                .isEqualTo(2);
        user.git("remote", "remove", "tinyserv");
        assertThat(user.tinyserv("git:remote", "-a", "myapp").status()).isZero();
        assertThat(user.git("remote", "get-url", "tinyserv")).isEqualTo("ssh://bob@[::1]:22/myapp");
    }

    @Test
    void usageErrorsExitWith2AndShowTheUsage() {
        for (List<String> call :
                List.of(List.of("create", "a", "b"), List.of("open", "--bad"), List.of("git:remote"), List.of("-x"))) {
            Result result = user.tinyserv(call.toArray(new String[0]));

            assertThat(result.status()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("Usage: tinyserv");
        }
    }

    @Test
    void helpListsEveryVerbAndExplainsEach() {
        Result list = user.tinyserv();

        assertThat(list.status()).isZero();
        assertThat(list.out()).contains("apps:create", "git:remote", "version", "releases:rollback", "keys:add");
        assertThat(user.tinyserv("--help")).isEqualTo(list);
        assertThat(user.tinyserv("help")).isEqualTo(list);
        assertThat(user.tinyserv("help", "create").out()).contains("Example:", "git push tinyserv main");
        assertThat(user.tinyserv("help", "logs").out()).contains("Example:", "tinyserv logs");
        assertThat(user.argumentsOf("ssh")).isEmpty();

        user.tinyserv("help", "newer");
        assertThat(user.inputOf("ssh")).as("a newer server may know it").contains("[\"newer\",\"--help\"]");
        assertThat(user.tinyserv("version").out()).matches("tinyserv \\d+\\.\\d+\\.\\d+\\S*\n");
    }
}
