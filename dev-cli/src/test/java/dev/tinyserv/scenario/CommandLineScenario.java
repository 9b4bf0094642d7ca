package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the developer's command says when something is wrong: one line with the cause and what to do. */
@Tag("thorough")
class CommandLineScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start();

    /** The last line is ours and tells all; ssh or git may have said something before it. */
    private static void assertOneLine(Result result, String... parts) {
        assertThat(result.mustFail().exit()).isIn(1, 2);
        assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(result.err()
                        .strip()
                        .lines()
                        .filter(line -> line.startsWith(" !  "))
                        .toList())
                .as("ours is one line: %s", result)
                .hasSizeLessThanOrEqualTo(1);
        assertThat(result.err().strip().lines().reduce((first, last) -> last).orElseThrow())
                .contains(parts);
    }

    @Test
    void createOutsideAGitRepository() {
        Developer developer = STAGE.developer().in(STAGE.developer().newFolder("plain"));

        assertOneLine(developer.tinyserv("create"), "git init");
        assertThat(STAGE.developer().ssh("apps").out()).doesNotContain("plain");
    }

    @Test
    void createWithANameThatIsTakenOrInvalid() {
        App app = STAGE.developer().sample("probe", "taken").create();
        Developer developer = STAGE.developer().sample("probe", "taken").developer();

        assertOneLine(developer.tinyserv("create"), "taken");
        assertOneLine(developer.tinyserv("create", "Not_A_Name"), "Not_A_Name");
        assertThat(developer.git("remote").out()).isEmpty();
        assertOneLine(app.developer().tinyserv("create", "another"), "tinyserv");
        assertThat(STAGE.developer().ssh("apps").out()).doesNotContain("another");
    }

    @Test
    void createInAFolderWhoseNameIsNoAppName() {
        Developer developer = STAGE.developer().sample("probe", "My App_2").developer();

        Result result = developer.tinyserv("create");

        if (!result.succeeded()) {
            assertOneLine(result, "tinyserv create");
        }
    }

    @Test
    void noRemoteIsSet() {
        assertOneLine(STAGE.developer().without("TINYSERV_REMOTE").tinyserv("apps"), "TINYSERV_REMOTE");
    }

    @Test
    void aServerThatIsDown() {
        int nobody = STAGE.sandbox().ports().lastInstance();

        Result result = STAGE.developer()
                .with(Map.of("TINYSERV_REMOTE", "tester@127.0.0.1:" + nobody))
                .tinyserv("apps");

        assertOneLine(result, "127.0.0.1");
    }

    @Test
    void aKeyThatIsRefused() {
        Developer stranger = STAGE.developer().withKey(STAGE.sandbox().makeKey("stranger", "stranger"));

        assertOneLine(stranger.tinyserv("apps"), "keys:add");
    }

    @Test
    void aChangedHostKey() throws IOException {
        STAGE.developer().ssh("apps").mustSucceed();
        Path known = STAGE.sandbox().home().resolve(".ssh/known_hosts");
        String before = Files.readString(known);
        Path other = STAGE.sandbox().makeKey("otherhost", "x");
        try {
            String[] words = STAGE.sandbox().publicKey(other).split(" ", -1);
            Files.writeString(
                    known, "[127.0.0.1]:" + STAGE.sandbox().ports().ssh() + " " + words[0] + " " + words[1] + "\n");
            // Another folder of settings keeps the connection that is still open from being used.
            Developer developer = STAGE.developer()
                    .with(Map.of(
                            "GIT_SSH_COMMAND",
                            STAGE.developer().shell().environment().get("GIT_SSH_COMMAND") + " -o ControlPath=none"));

            assertOneLine(developer.tinyserv("apps"), "ssh-keygen -R");
        } finally {
            Files.writeString(known, before);
        }
    }

    @Test
    void wrongUseExitsWith2AndTheUsageLine() {
        Developer developer = STAGE.developer();

        for (String[] wrong : new String[][] {{"frobnicate"}, {"config:set"}, {"logs", "-n", "x"}, {"ps", "--what"}}) {
            Result result = developer.tinyserv(wrong);
            assertThat(result.exit()).as(String.join(" ", wrong)).isEqualTo(2);
            assertThat(result.err()).containsIgnoringCase("usage");
        }
    }

    @Test
    void helpHasAnExampleAndNeedsNoServer() {
        Developer offline = STAGE.developer().with(Map.of("TINYSERV_REMOTE", "tester@127.0.0.1:1"));

        assertThat(offline.tinyserv("--help").mustSucceed().out())
                .contains("create")
                .contains("config:set");
        assertThat(offline.tinyserv("--version").mustSucceed().out())
                .startsWith("tinyserv " + Repository.version() + "\n");
        for (String verb : new String[] {"create", "config:set", "logs"}) {
            assertThat(offline.tinyserv(verb, "--help").mustSucceed().out())
                    .containsIgnoringCase("example")
                    .contains("tinyserv " + verb);
        }
        assertThat(STAGE.developer().ssh("help").mustSucceed().out()).contains("config:set");
    }

    @Test
    void thereAreNoColoursWithoutATerminal() {
        App app = STAGE.probe();
        for (String[] words : new String[][] {{"apps"}, {"ps", "-a", app.name()}, {"logs", "-a", app.name()}}) {
            assertThat(STAGE.developer().tinyserv(words).mustSucceed().all()).doesNotContain("\u001b");
        }
    }

    @Test
    void everyFormOfTheRemoteWorks() {
        int port = STAGE.sandbox().ports().ssh();
        for (String remote : new String[] {
            "tester@127.0.0.1:" + port, "ssh://tester@127.0.0.1:" + port, "127.0.0.1:" + port, "any@127.0.0.1:" + port
        }) {
            STAGE.developer()
                    .with(Map.of("TINYSERV_REMOTE", remote))
                    .tinyserv("apps")
                    .mustSucceed();
        }
        for (String remote : new String[] {"-oProxyCommand=touch pwned", "a b@c", "x@y:z", "http://x"}) {
            assertOneLine(
                    STAGE.developer().with(Map.of("TINYSERV_REMOTE", remote)).tinyserv("apps"), "TINYSERV_REMOTE");
        }
    }

    @Test
    void theShortFormsThatPeopleTypeWork() {
        App app = STAGE.probe();
        Developer developer = app.developer();
        for (String verb : new String[] {"info", "stop", "start", "restart"}) {
            developer.ssh(verb, "-a", app.name()).mustSucceed();
        }
        developer.ssh("destroy", "-a", app.name(), "-c", app.name()).mustSucceed();
    }
}
