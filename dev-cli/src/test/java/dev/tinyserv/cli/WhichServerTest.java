package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.cli.command.Verbs;
import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.Terminal;
import dev.tinyserv.cli.remote.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which server each verb goes to: {@code -r} always wins; for a verb about an app then the folder's git remote; else
 * TINYSERV_REMOTE. The folder's remote is on the server "folder", {@code prod} on "prod"; the variable names "variable".
 */
class WhichServerTest {
    private static final List<String> READING = List.of(
            "apps:info",
            "info",
            "buildpacks",
            "builds",
            "builds:output",
            "config",
            "config:get K",
            "disk -a myapp",
            "deploy --dry-run",
            "disk:clean -a myapp --dry-run",
            "disk:clean --dry-run --app=myapp",
            "logs",
            "logs -t",
            "open",
            "apps:open",
            "ps",
            "releases",
            "releases:info");
    private static final List<String> CHANGING = List.of(
            "apps:deploy-key",
            "apps:destroy -c myapp",
            "destroy -c myapp",
            "apps:set root=x",
            "buildpacks:add node",
            "buildpacks:clear",
            "buildpacks:remove node",
            "buildpacks:set node",
            "builds:cancel",
            "config:set A=1",
            "config:unset A",
            "deploy",
            "disk:clean -a myapp",
            "git:remote -a myapp",
            "ps:restart",
            "restart",
            "ps:scale web=2",
            "scale web+1",
            "ps:set web surge=2",
            "ps:signal web USR2",
            "ps:start",
            "start",
            "ps:stop",
            "stop",
            "redeploy",
            "releases:rollback",
            "rollback v2",
            "a-verb-of-a-newer-server");
    private static final List<String> ABOUT_THE_SERVER =
            List.of("apps", "disk", "doctor", "keys", "keys:add ada", "keys:remove ada", "settings", "status");

    @TempDir
    Path base;

    private TestUser user;

    static Stream<String> reading() {
        return READING.stream();
    }

    static Stream<String> changing() {
        return CHANGING.stream();
    }

    static Stream<String> aboutAnApp() {
        return Stream.concat(READING.stream(), CHANGING.stream());
    }

    static Stream<String> aboutTheServer() {
        return ABOUT_THE_SERVER.stream();
    }

    static Stream<String> all() {
        return Stream.concat(aboutAnApp(), aboutTheServer());
    }

    @BeforeEach
    void twoRemotesAndAVariable() throws IOException {
        // A PATH of the user's own would not count: we call in this process.
        user = new TestUser(base)
                .with("TINYSERV_REMOTE", "ada@variable")
                .with("GIT_SSH_COMMAND", base.resolve("bin/ssh").toString());
        Files.writeString(base.resolve("config"), "UserKnownHostsFile " + base + "/known_hosts\n");
        user.withScript("ssh", """
                for word in "$@"; do
                    [ "$word" != -G ] || exec /usr/bin/ssh -F %1$s/config "$@" 2>/dev/null
                done
                port=
                while [ $# -gt 2 ]; do [ "$1" != -p ] || port=$2; shift; done
                echo "$1:$port" >> %1$s/called
                cat >> %1$s/asked
                echo '{"name":"myapp","url":"http://server:5000","repository":"/x/repositories/myapp"}'
                """.formatted(base));
        Files.writeString(user.folder().resolve("Procfile"), "web: true\n");
        user.git("init", "-q");
        user.git("remote", "add", "tinyserv", "ssh://bob@folder:2222/myapp");
        user.git("remote", "add", "prod", "ssh://eve@prod:2222/myapp");
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("all")
    void theRemoteThatIsNamedAlwaysWins(String verb) throws IOException {
        assertThat(run(verb + " -r prod").status()).isZero();
        assertThat(called()).containsExactly("eve@prod:2222");

        user.with("TINYSERV_REMOTE", "no server at all");
        for (String form : List.of(" --remote=prod", " --remote prod", " -rprod", " -r=prod")) {
            if (user.git("remote").contains("prod")) {
                assertThat(run(verb + form))
                        .matches(result -> result.status() == 0 && !result.err().contains("TINYSERV_REMOTE"));
            } else {
                user.git("remote", "add", "prod", "ssh://eve@prod:2222/myapp"); // a destroyed app has no remote
            }
        }
        assertThat(called()).containsOnly("eve@prod:2222");
    }

    @ParameterizedTest
    @MethodSource("reading")
    void aVerbThatReadsTakesTheFoldersAndSaysSo(String verb) throws IOException {
        TestUser.Result result = run(verb);

        assertThat(result.status()).isZero();
        assertThat(called()).containsExactly("bob@folder:2222");
        assertThat(result.err())
                .contains("folder:2222", "git remote 'tinyserv'", "TINYSERV_REMOTE", "variable:2222")
                .hasLineCount(1);
        assertThat(run(verb + (verb.contains("-a") ? "" : " -a myapp")).err()).contains("variable:2222");
        assertThat(called()).containsOnly("bob@folder:2222");
    }

    @ParameterizedTest
    @MethodSource("changing")
    void aVerbThatChangesIsRefusedAndNamesBoth(String verb) throws IOException {
        for (String more : verb.contains("-a ") ? List.of("") : List.of("", " -a myapp", " --app=myapp")) {
            TestUser.Result result = run(verb + more);

            assertThat(result.status()).isEqualTo(2);
            assertThat(result.err())
                    .contains("folder:2222", "git remote 'tinyserv'", "TINYSERV_REMOTE", "variable:2222", "-r tinyserv")
                    .hasLineCount(1);
        }
        assertThat(base.resolve("called")).doesNotExist();
        assertThat(user.git("remote", "get-url", "tinyserv")).isEqualTo("ssh://bob@folder:2222/myapp");
    }

    @Test
    void whatStandsBehindTwoDashesIsNoDryRun() throws IOException {
        assertThat(run("config:set -a myapp -- A=1 --dry-run").status()).isEqualTo(2);
        assertThat(base.resolve("called")).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("aboutTheServer")
    void aVerbAboutTheServerTakesTheVariable(String verb) throws IOException {
        assertThat(run(verb)).isEqualTo(run(verb));
        assertThat(called()).containsOnly("ada@variable:2222");

        user.with("TINYSERV_REMOTE", "");
        assertThat(run(verb).status()).isZero();
        assertThat(called()).as("where there is no variable").contains("bob@folder:2222");
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("aboutAnApp")
    void oneOfTheTwoIsEnough(String verb) throws IOException {
        user.with("TINYSERV_REMOTE", "");
        assertThat(run(verb).err()).doesNotContain("TINYSERV_REMOTE");
        if (!verb.contains("destroy")) {
            user.git("remote", "remove", "tinyserv");
        }
        user.with("TINYSERV_REMOTE", "ada@variable");
        assertThat(run(verb + (verb.contains("-a ") ? "" : " -a myapp")).status())
                .isZero();

        assertThat(called()).containsExactly("bob@folder:2222", "ada@variable:2222");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "folder",
                "FOLDER:2222",
                "ada@folder",
                "alias",
                "other-name",
                "hidden-name",
            })
    void twoNamesOfOneServerAreOneServer(String variable) throws IOException {
        Files.writeString(base.resolve("config"), """
                UserKnownHostsFile %1$s/known_hosts "%1$s/more hosts"
                Host alias
                    HostName folder
                Host hidden-name
                    HostKeyAlias hidden-key
                """.formatted(base));
        String[] key = newKey("server");
        Files.writeString(base.resolve("known_hosts"), "[folder]:2222,folder-alias " + key[0] + " " + key[1] + "\n");
        Files.writeString(
                base.resolve("more hosts"),
                "[other-name]:2222 " + key[0] + " " + key[1] + "\nhidden-key " + key[0] + " " + key[1] + "\n");
        run(List.of("ssh-keygen", "-q", "-H", "-f", base.resolve("more hosts").toString()));
        user.with("TINYSERV_REMOTE", variable);

        TestUser.Result result = run("config:set A=1");

        assertThat(result.err()).isEmpty();
        assertThat(called()).containsExactly("bob@folder:2222");
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder:2200", "stale", "both", "revoked", "unknown", "behind-another-gate"})
    void namesOfOtherServersAreOthers(String variable) throws IOException {
        Files.writeString(base.resolve("config"), """
                UserKnownHostsFile %1$s/known_hosts
                Host behind-another-gate
                    HostName folder
                    ProxyJump gate
                """.formatted(base));
        String[] key = newKey("server");
        String[] other = newKey("other");
        String same = key[0] + " " + key[1] + "\n";
        String another = other[0] + " " + other[1] + "\n";
        Files.writeString(
                base.resolve("known_hosts"),
                "[folder]:2222 " + same + "[stale]:2222 " + another + "[both]:2222 " + same + "[both]:2222 " + another
                        + "@revoked [revoked]:2222 " + same);
        if (variable.startsWith("behind")) {
            Files.writeString(base.resolve("known_hosts"), "");
        }
        user.with("TINYSERV_REMOTE", variable);

        assertThat(run("config:set A=1").status()).isEqualTo(2);
        assertThat(base.resolve("called")).doesNotExist();
    }

    @Test
    void aServerOfThisMachineIsKnownByItsHostKeyToo() throws IOException {
        String[] key = newKey("server");
        Path root = Files.createDirectories(base.resolve("srv"));
        Files.createDirectories(root.resolve("host-keys"));
        Files.writeString(root.resolve("host-keys/ssh_host_ed25519_key.pub"), key[0] + " " + key[1] + " x\n");
        user.with("TINYSERV_REMOTE", "localhost").with("TINYSERV_ROOT", root.toString());
        user.withProgram("tinyserv-remote", "echo local");

        assertThat(run("config:set A=1").err()).contains("folder:2222", "localhost");
        Files.writeString(base.resolve("known_hosts"), "[folder]:2222 " + key[0] + " " + key[1] + "\n");
        assertThat(run("config:set A=1").err()).isEmpty();
        assertThat(called()).containsExactly("bob@folder:2222");

        user.with("TINYSERV_REMOTE", "ada@variable");
        user.git("remote", "set-url", "tinyserv", root + "/repositories/myapp");
        assertThat(run("config:set A=1").err()).contains("localhost", "variable:2222");
        Files.writeString(base.resolve("known_hosts"), "[variable]:2222 " + key[0] + " " + key[1] + "\n");
        assertThat(run("config:set A=1").err()).isEmpty();
        assertThat(user.argumentsOf("tinyserv-remote")).containsExactly("call");
    }

    @Test
    void twoRootsOfThisMachineAreTwoServers() throws IOException {
        user.withProgram("tinyserv-remote", "echo \"$TINYSERV_ROOT\"").with("TINYSERV_REMOTE", "localhost");
        Path one = Files.createDirectories(base.resolve("one"));
        Path two = Files.createDirectories(base.resolve("two"));
        Files.createSymbolicLink(base.resolve("link"), one);
        user.git("remote", "set-url", "tinyserv", one + "/repositories/myapp");

        user.with("TINYSERV_ROOT", two.toString());
        assertThat(run("config:set A=1").err()).contains(one.toString(), two.toString());
        assertThat(run("ps").out()).isEqualTo(one + "\n");
        assertThat(run("apps").out()).isEqualTo(two + "\n");
        assertThat(run("config:set A=1 -r tinyserv").out()).isEqualTo(one + "\n");

        user.with("TINYSERV_ROOT", base.resolve("link").toString());
        assertThat(run("config:set A=1").err()).isEmpty();
        user.with("TINYSERV_ROOT", "").with("TINYSERV_REMOTE", "");
        assertThat(run("config:set A=1").out()).isEqualTo(one + "\n");
    }

    @Test
    void aRemoteMeansWhatGitPushesTo() throws IOException {
        user.with("TINYSERV_REMOTE", "");
        user.git("remote", "set-url", "--push", "prod", "ssh://eve@pushed:2200/myapp");
        run("config:set A=1 -r prod");
        user.git("remote", "set-url", "prod", "ssh://eve@alias/myapp");
        user.git("config", "--unset", "remote.prod.pushurl");
        run("config:set A=1 -r prod");
        user.git("config", "url.ssh://eve@instead:2222/.insteadOf", "to:");
        user.git("remote", "set-url", "prod", "to:myapp");
        run("config:set A=1 -r prod");

        assertThat(called())
                .as("no port in a URL leaves it to ssh, as git does")
                .containsExactly("eve@pushed:2200", "eve@alias:", "eve@instead:2222");

        user.git("remote", "set-url", "--add", "prod", "ssh://eve@second:2222/myapp");
        assertThat(run("config:set A=1 -r prod").err())
                .contains("pushes to 2 apps")
                .hasLineCount(1);
        assertThat(called()).as("nothing more was asked").hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "eve@alias:myapp, eve@alias:",
        "alias:/myapp.git, alias:",
        "ssh://eve@other:2222/myapp.git, eve@other:2222",
        "ssh://eve@other:2222//myapp, eve@other:2222",
        "git+ssh://eve@other/myapp/, eve@other:",
    })
    void everyFormOfAUrlThatGitTakesNamesTheFoldersServer(String url, String server) throws IOException {
        user.git("remote", "set-url", "tinyserv", url);

        for (String verb : List.of("config:set -a myapp A=1", "destroy -a myapp -c myapp", "rollback -a myapp v2")) {
            TestUser.Result refused = run(verb);
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err()).contains("which server?", "variable:2222").hasLineCount(1);
        }
        assertThat(base.resolve("called")).doesNotExist();

        assertThat(run("ps -a myapp").err()).contains("On ").hasLineCount(1);
        assertThat(run("config:set A=1 -r tinyserv").status()).isZero();
        assertThat(called()).containsOnly(server);
        assertThat(run("destroy -c myapp -r tinyserv").err()).contains("Removed the git remote");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git@github.com:someone/myapp.git",
                "https://folder/myapp",
                "../srv/repositories/myapp",
                "ssh://folder/%6dyapp",
                "ssh://bob:s3cret@folder/myapp",
                "ssh://bob:a@s3cret@folder/myapp",
                "ssh://bob%3as3cret@folder/myapp",
                "ssh://bob%3As3cret%40folder/myapp",
                "https://s3cret@folder/myapp",
                "bob:s3cret@folder:myapp",
            })
    void aRemoteThatCannotBeReadIsNotPassedOver(String url) throws IOException {
        user.git("remote", "set-url", "tinyserv", url);

        for (String verb : List.of("config:set -a myapp A=1", "destroy -a myapp -c myapp", "deploy -a myapp")) {
            TestUser.Result refused = run(verb);
            assertThat(refused.status()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("which server?", "git remote 'tinyserv'", "variable:2222", "-r", "git remote rename")
                    .doesNotContain("s3cret")
                    .hasLineCount(1);
        }
        assertThat(base.resolve("called")).doesNotExist();

        TestUser.Result read = run("ps -a myapp");
        assertThat(read.status()).isZero();
        assertThat(read.err())
                .contains("On variable:2222", "git remote 'tinyserv'")
                .hasLineCount(1);
        assertThat(run("apps").err()).isEmpty();
        assertThat(called()).containsOnly("ada@variable:2222");
        assertThat(run("config:set A=1 -r tinyserv").err())
                .contains("not an app")
                .doesNotContain("s3cret")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "another's, safe.directory",
        "corrupt, bad config line",
        "headless, not a git repository",
        "moved, /nowhere",
        "gitless, git is not installed",
        "elsewhere, /nowhere",
    })
    void aFolderWhoseRemotesGitCannotReadIsNotPassedOver(String state, String reason) throws IOException {
        damage(state);

        for (String verb : List.of("config:set -a myapp A=1", "destroy -a myapp -c myapp", "a-newer-verb -a myapp")) {
            TestUser.Result refused = run(verb);
            assertThat(refused.status()).as(verb).isEqualTo(1);
            assertThat(refused.err())
                    .contains("git cannot read the remotes", reason, "call this in another folder")
                    .hasLineCount(1);
        }
        assertThat(run("config:set A=1 -r prod").err()).contains(reason).hasLineCount(1);
        assertThat(run("git:remote -a myapp").err()).contains(reason).hasLineCount(1);
        assertThat(run("create myapp").err()).contains(reason).doesNotContain("git init");
        user.with("TINYSERV_REMOTE", "");
        assertThat(run("ps -a myapp").err()).contains(reason).hasLineCount(1);
        assertThat(base.resolve("called")).doesNotExist();

        user.with("TINYSERV_REMOTE", "ada@variable");
        assertThat(run("ps -a myapp").err()).contains("On variable:2222", "TINYSERV_REMOTE", reason);
        if (!Set.of("corrupt", "moved").contains(state)) { // there it cannot read which ssh it takes, either
            assertThat(run("apps").status()).isZero();
            assertThat(called()).containsExactly("ada@variable:2222");
        }
    }

    private void damage(String state) throws IOException {
        Path git = user.folder().resolve(".git");
        switch (state) {
            case "another's" -> user.with("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
            case "corrupt" -> Files.writeString(git.resolve("config"), "[remote");
            case "headless" -> Files.writeString(git.resolve("HEAD"), "");
            case "moved" -> {
                Files.move(git, base.resolve("git"));
                Files.writeString(git, "gitdir: /nowhere\n");
            }
            case "gitless" -> user.with("PATH", base.resolve("bin").toString());
            case "elsewhere" -> user.with("GIT_DIR", "/nowhere");
            default -> throw new IllegalArgumentException(state);
        }
    }

    @Test
    void aFolderInNoRepositoryHasNoRemotesWhateverGitSays() throws IOException {
        Files.move(user.folder().resolve(".git"), base.resolve(".git")); // above the ceiling
        assertThat(run("config:set -a myapp A=1").err()).isEmpty();
        user.with("PATH", base.resolve("bin").toString());
        assertThat(run("config:set -a myapp A=1").status()).isZero();
        assertThat(called()).containsExactly("ada@variable:2222");
    }

    @Test
    void anSshCommandThatGitCannotReadIsNotPassedOver() throws IOException {
        Files.writeString(user.folder().resolve(".git/config"), "[core");
        user.with("GIT_SSH_COMMAND", "");

        assertThat(run("apps").err())
                .contains("core.sshCommand", "bad config line")
                .hasLineCount(1);
    }

    @Test
    void gitRemoteSaysThatAnOldPushUrlStays() throws IOException {
        user.with("TINYSERV_REMOTE", "");
        user.git("remote", "set-url", "--push", "prod", "ssh://eve@prod:2222/older");
        Path git = Path.of("/usr/bin/git");
        user.withScript("git", "case $* in *--unset-all*) echo locked >&2; exit 4;; esac; exec " + git + " \"$@\"");

        TestUser.Result result = user.tinyserv("git:remote", "-a", "myapp", "-r", "prod");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("locked");
    }

    @Test
    void createAndGitRemoteNameTheRemoteThatTheyAdd() throws IOException {
        assertThat(run("create myapp -r new").status()).isZero();
        assertThat(run("git:remote -a myapp -r newer").status()).isZero();
        assertThat(called()).containsOnly("ada@variable:2222");
        assertThat(user.git("remote", "get-url", "new")).isEqualTo("ssh://ada@variable:2222/myapp");
        assertThat(user.git("remote", "get-url", "newer")).isEqualTo("ssh://ada@variable:2222/myapp");

        user.with("TINYSERV_REMOTE", "");
        assertThat(run("create myapp -r third").status()).isZero();
        assertThat(user.git("remote", "get-url", "third")).isEqualTo("ssh://bob@folder:2222/myapp");
    }

    @Test
    void gitRemoteLeavesARemoteAloneThatIsNoApps() throws IOException {
        user.git("remote", "add", "origin", "git@github.com:someone/myapp.git");
        assertThat(run("git:remote -a myapp -r origin").err())
                .contains("not an app")
                .hasLineCount(1);
        assertThat(user.git("remote", "get-url", "origin")).isEqualTo("git@github.com:someone/myapp.git");

        user.git("remote", "set-url", "tinyserv", "git@github.com:tinyserv/tinyserv.git");
        assertThat(run("git:remote -a myapp").err()).contains("not an app").hasLineCount(1);
        assertThat(user.git("remote", "get-url", "tinyserv")).isEqualTo("git@github.com:tinyserv/tinyserv.git");
        assertThat(base.resolve("called")).doesNotExist();
    }

    @Test
    void gitRemoteSetsWhatIsPushedToAsWell() throws IOException {
        user.with("TINYSERV_REMOTE", "");
        user.git("remote", "set-url", "--push", "prod", "ssh://eve@prod:2222/older");
        assertThat(run("git:remote -a myapp -r prod").status()).isZero();
        assertThat(user.git("remote", "get-url", "--push", "--all", "prod")).isEqualTo("ssh://eve@prod:2222/myapp");
    }

    @Test
    void theKeptConnectionOfOneNameIsNotThatOfAnother() throws IOException {
        Path cache = Files.createTempDirectory("c");
        try {
            user.with("XDG_CACHE_HOME", cache.toString()).withProgram("ssh", "echo x");
            run("ps -r prod");
            String one = controlPath();
            run("ps -r tinyserv");
            assertThat(controlPath()).isNotEqualTo(one);
            run("ps -r prod");
            assertThat(controlPath()).isEqualTo(one);
        } finally {
            Files.deleteIfExists(cache.resolve("tinyserv"));
            Files.delete(cache);
        }
    }

    @Test
    void helpPrintsTheRule() throws IOException {
        assertThat(run("help").out())
                .contains("-r REMOTE")
                .contains("TINYSERV_REMOTE")
                .contains("git remote 'tinyserv'")
                .contains("refused")
                .contains("Without TINYSERV_REMOTE");
    }

    @Test
    void theQuestionBeforeTheEndOfAnAppNamesItsServer() throws IOException {
        assertThat(run("destroy -r prod").err()).contains("myapp on prod:2222").hasLineCount(1);
    }

    private String controlPath() {
        return user.argumentsOf("ssh").stream()
                .filter(argument -> argument.startsWith("ControlPath="))
                .findFirst()
                .orElseThrow();
    }

    private List<String> called() throws IOException {
        return Files.readAllLines(base.resolve("called")).stream().distinct().toList();
    }

    private String[] newKey(String name) throws IOException {
        Path key = base.resolve("key-" + name);
        run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()));
        return Files.readString(Path.of(key + ".pub")).split(" ", -1);
    }

    private void run(List<String> command) {
        assertThat(user.run(command, "").status()).isZero();
    }

    /** In this process, because there are many of them. */
    private TestUser.Result run(String line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(new ByteArrayInputStream(new byte[0]), out, err, new Terminal(false, false, false, false));
        int status = status(console, new ArrayList<>(Arrays.asList(line.split(" ", -1))));
        return new TestUser.Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private int status(Console console, List<String> arguments) {
        Map<String, String> environment = user.process(List.of("true")).environment();
        try {
            return new Verbs(new Surroundings(environment, user.folder()), console).run(arguments);
        } catch (Problem e) {
            console.problem(e.getMessage());
            return e.status();
        }
    }
}
