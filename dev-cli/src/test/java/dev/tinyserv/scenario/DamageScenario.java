package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody damages what lies under TINYSERV_ROOT, or ends what should run: no app goes down and no work is lost. */
@Tag("thorough")
class DamageScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of());

    private static Path desiredState(App app) {
        return STAGE.server().root().resolve("apps").resolve(app.name() + ".json");
    }

    private static boolean serves(int port) {
        try {
            return Http.text(port, "/").startsWith("v");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void aDamagedDesiredStateTakesNoAppDown() throws IOException {
        App app = STAGE.probe();
        int port = app.port();
        App part = STAGE.developer()
                .files("part", Map.of("site/index.html", "<p>part</p>\n"))
                .create();
        part.verb("apps:set", "root=site").mustSucceed();
        part.push().mustSucceed();
        app.verb("apps:set", "affinity=cookie").mustSucceed();
        Files.writeString(desiredState(app), "{ torn");
        Files.writeString(desiredState(part), "");

        STAGE.server().restart();

        assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        assertThat(app.port()).isEqualTo(port);
        assertThat(app.verb("logs").out()).contains(app.name() + ".json was damaged");
        assertThat(Json.of(app.verb("apps:info", "--json")).at("/affinity").asString())
                .isEqualTo("cookie");
        app.commit("More").push().mustSucceed();
        part.write("site/index.html", "<p>more</p>\n").commit("More").push().mustSucceed();
        assertThat(Http.text(part.port(), "/")).isEqualTo("<p>more</p>\n");
    }

    @Test
    void aBranchThatAPushCouldNotMoveFollowsItAlsoAfterAChangeOfTheConfiguration() throws IOException {
        App app = STAGE.probe();
        String before = app.deployedCommit();
        app.commit("More").push().mustSucceed();
        String pushed = app.deployedCommit();
        app.verb("config:set", "A=1").mustSucceed();
        Path branch = STAGE.server().root().resolve("repositories/" + app.name() + "/refs/heads/main");
        Files.writeString(branch, before + "\n");
        assertThat(STAGE.server().remote("doctor").all())
                .contains("v3 is of commit " + pushed + ", but the branch is at " + before);

        STAGE.server().restart();

        assertThat(app.deployedCommit()).isEqualTo(pushed);
        assertThat(STAGE.server().remote("doctor").all()).doesNotContain("but the branch is at");
        app.verb("rollback", "v2").mustSucceed();
        STAGE.server().restart();
        assertThat(app.deployedCommit()).as("what was rolled back stays pushed").isEqualTo(pushed);
    }

    @Test
    void anAppWhoseFilesMayNotBeReadGoesOnAndLosesNothing() throws IOException {
        App app = STAGE.probe();
        int port = app.port();
        Path state = desiredState(app);
        Path kept = Files.move(state, state.resolveSibling("kept"));
        Files.createSymbolicLink(state, state); // nobody, not even root, can read it

        STAGE.server().restart();

        assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        assertThat(app.verb("apps:info").mustFail().err()).contains("cannot read " + state, "see its owner and mode");
        assertThat(app.developer().ssh("apps").mustSucceed().out())
                .containsPattern(app.name() + " +damaged .*cannot read " + state);
        assertThat(app.developer().ssh("apps:create", app.name()).mustFail().err())
                .contains("is taken");
        assertThat(STAGE.server().remote("doctor").mustFail().out()).contains("cannot read " + state);
        Files.move(kept, state, StandardCopyOption.REPLACE_EXISTING);
        STAGE.server().restart();
        assertThat(app.port()).isEqualTo(port);
        app.commit("More").push().mustSucceed();
    }

    @Test
    void createNeverTakesThePlaceOfAnAppThatStillLiesThere() throws IOException {
        App app = STAGE.probe();
        String commit = app.deployedCommit();
        byte[] state = Files.readAllBytes(desiredState(app));
        STAGE.server().shutdown();
        Files.delete(desiredState(app));
        STAGE.server().startup();

        Result create = app.developer().ssh("apps:create", app.name()).mustFail();

        assertThat(create.err()).contains("repositories/" + app.name(), "restore that file");
        Files.write(desiredState(app), state);
        STAGE.server().restart();
        assertThat(app.deployedCommit()).isEqualTo(commit);
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void aDamagedCurrentReleaseTakesNoAppDown() throws IOException {
        App app = STAGE.probe();
        App site = STAGE.developer()
                .files("page", Map.of("index.html", "<p>page</p>\n"))
                .deploy();
        int port = app.port();
        int sitePort = site.port();
        Path releases = STAGE.server().root().resolve("releases");
        Path release = releases.resolve(app.name() + ".json");
        byte[] intact = Files.readAllBytes(release);
        Path own = releases.resolve(app.name()).resolve("v2.json");
        Path sites = releases.resolve(site.name()).resolve("v2.json");
        byte[] intactSites = Files.readAllBytes(sites);
        Files.writeString(release, "");
        Files.delete(releases.resolve(site.name() + ".json"));

        STAGE.server().restart();

        assertThat(app.developer().ssh("apps").mustSucceed().out()).containsPattern(app.name() + " +up");
        assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        assertThat(Http.text(sitePort, "/")).isEqualTo("<p>page</p>\n");

        Files.writeString(own, "[]");
        Files.writeString(sites, "[]");
        STAGE.server().restart();

        assertThat(app.developer().ssh("apps").mustSucceed().out()).containsPattern(app.name() + " +damaged");
        assertThat(Http.text(port, "/")).isEqualTo("v2\n");
        assertThat(Http.text(sitePort, "/")).isEqualTo("<p>page</p>\n");
        Files.write(own, intact);
        Files.write(sites, intactSites);
        STAGE.server().restart();
        assertThat(app.developer().ssh("apps").mustSucceed().out()).doesNotContain("damaged");
        app.commit("More").push().mustSucceed();
    }

    @Test
    void aRouterThatWasToldToLeaveIsBroughtBack() {
        App app = STAGE.probe();
        int port = app.port();
        long router = STAGE.server().routerPid();

        Pids.signal("TERM", router);
        Eventually.until("the router has left", () -> !Pids.isAlive(router));
        STAGE.server().startup();

        Eventually.until("another router serves", () -> serves(port));
        assertThat(STAGE.server().routerPid()).isNotEqualTo(router);
    }

    @Test
    void aHostKeyThatIsGoneIsToldBeforeAndAfterANewOneIsMade() throws IOException {
        STAGE.probe();
        Path folder = STAGE.server().root().resolve("host-keys");
        Path away = Files.move(folder, folder.resolveSibling("hk"));
        try {
            assertThat(STAGE.server().remote("doctor").mustFail().out())
                    .contains(folder.resolve("ssh_host_ed25519_key") + " is missing; restore it from a backup");

            STAGE.server().restart();

            assertThat(STAGE.server().root().resolve("logs/agent.log"))
                    .content()
                    .containsPattern("WARN .*host key .* was missing, so a new one was made");
        } finally {
            for (String name : List.of("ssh_host_ed25519_key", "ssh_host_ed25519_key.pub")) {
                Files.createDirectories(folder);
                Files.move(away.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.delete(away);
            STAGE.server().restart();
        }
        assertThat(STAGE.server().remote("doctor").out()).doesNotContain("is missing");
    }

    @Test
    void aDamagedFileOfTheCurrentReleaseIsNamedWithItsAppByDoctorAndInTheLog() throws IOException {
        App app = STAGE.probe();
        Path releases = STAGE.server().root().resolve("releases");
        Path own = releases.resolve(app.name()).resolve("v2.json");
        Files.writeString(own, "");

        app.verb("releases").mustSucceed();

        assertThat(STAGE.server().root().resolve("logs/agent.log"))
                .content()
                .contains(app.name() + " v2 cannot be read: " + own + ":1 is damaged");
        assertThat(STAGE.server().remote("doctor").mustFail().out())
                .contains("-----> App " + app.name())
                .containsPattern(own + ":1 is damaged .*; `cp -p " + releases.resolve(app.name() + ".json"));
        Files.copy(releases.resolve(app.name() + ".json"), own, StandardCopyOption.REPLACE_EXISTING);
        assertThat(STAGE.server().remote("doctor").out()).doesNotContain(own.toString());
        assertThat(app.verb("releases").out()).containsPattern("v2 .*current");
    }
}
