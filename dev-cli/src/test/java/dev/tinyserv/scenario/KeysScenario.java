package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may log in, and what a deployer may do. */
@Tag("thorough")
class KeysScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static Developer newcomer(String name) {
        return STAGE.developer().withKey(STAGE.sandbox().makeKey(name, name + "@laptop"));
    }

    private static String publicKeyOf(String name) {
        return STAGE.sandbox().publicKey(STAGE.sandbox().home().resolve(".ssh").resolve(name));
    }

    @Test
    void aKeyIsGoodFromTheMomentItIsAddedToTheMomentItIsRemoved() {
        Developer ada = newcomer("ada");
        assertThat(ada.ssh("apps").mustFail().err()).contains("Permission denied");

        STAGE.server().remoteWithInput(publicKeyOf("ada"), "keys:add", "ada").mustSucceed();
        ada.ssh("apps").mustSucceed();
        assertThat(STAGE.server().remote("keys").mustSucceed().out())
                .contains("ada")
                .contains("tester");

        STAGE.server().remote("keys:remove", "ada").mustSucceed();
        assertThat(ada.ssh("apps").mustFail().err()).contains("Permission denied");
        assertThat(STAGE.server().remote("keys").mustSucceed().out()).doesNotContain("ada");
        STAGE.server().remote("keys:remove", "ada").mustFail();
    }

    @Test
    void aNewKeyTakesThePlaceOfTheOldOneAlsoOverAKeptConnection() throws IOException {
        Developer old = newcomer("olga");
        STAGE.server().remoteWithInput(publicKeyOf("olga"), "keys:add", "olga").mustSucceed();
        Path config = STAGE.sandbox().home().resolve(".ssh/config-olga");
        STAGE.sandbox().makeKey("olga2", "olga@laptop");
        old.tinyserv("apps").mustSucceed();

        assertThat(STAGE.server()
                        .remoteWithInput(publicKeyOf("olga2"), "keys:add", "olga")
                        .mustSucceed()
                        .out())
                .contains("2 keys have this name");
        String fingerprint = fingerprintOf("olga");
        STAGE.server().remote("keys:remove", fingerprint).mustSucceed();
        Files.writeString(config, Files.readString(config).replace("ssh/olga", "ssh/olga2"));

        old.tinyserv("apps").mustSucceed();
        App app = STAGE.probe();
        assertThat(old.in(app.folder())
                        .tinyservWithInput("from input", "config:set", "-a", app.name(), "A=-")
                        .mustSucceed()
                        .all())
                .doesNotContain("was removed");
        STAGE.server().remote("keys:remove", "olga").mustSucceed();
        assertThat(old.tinyserv("apps").mustFail().err()).contains("keys:add");
    }

    @Test
    void aLogThatIsFollowedEndsWithItsKey() {
        App app = STAGE.probe();
        Developer finn = newcomer("finn");
        STAGE.server()
                .remoteWithInput(publicKeyOf("finn"), "keys:add", "finn", "--role", "deployer", "--apps", app.name())
                .mustSucceed();
        try (Running theirs = finn.startTinyserv("logs", "-t", "-a", app.name());
                Running plain = finn.startSsh("logs", "-t", "-a", app.name())) {
            Eventually.until(
                    "both logs are followed", () -> theirs.hasPrinted("created by") && plain.hasPrinted("created by"));

            STAGE.server().remote("keys:remove", "finn").mustSucceed();

            for (Running running : List.of(theirs, plain)) {
                Result result = running.await(Duration.ofSeconds(15)).mustFail();
                assertThat(result.err()).contains("the key that you logged in with was removed");
            }
        }
    }

    @Test
    void aLogThatIsFollowedEndsWithTheRightToItsApp() throws IOException {
        App app = STAGE.probe();
        Developer gus = newcomer("gus");
        STAGE.server()
                .remoteWithInput(
                        publicKeyOf("gus"), "keys:add", "gus", "--role", "deployer", "--apps", "x," + app.name())
                .mustSucceed();
        Path file = STAGE.server().root().resolve("authorized_keys");
        try (Running log = gus.startTinyserv("logs", "-t", "-a", app.name())) {
            Eventually.until("the log is followed", () -> log.hasPrinted("created by"));

            Files.writeString(
                    file, Files.readString(file).replace("x," + app.name(), "x").replace(app.name() + ",x", "x"));

            assertThat(log.await(Duration.ofSeconds(15)).mustFail().err()).contains("may do less than before");
        }
    }

    private static String agentLog() {
        try {
            return Files.readString(STAGE.server().root().resolve("logs/agent.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fingerprintOf(String name) {
        return STAGE.sandbox()
                .shell()
                .run("ssh-keygen", "-lf", STAGE.sandbox().home().resolve(".ssh").resolve(name) + ".pub")
                .mustSucceed()
                .out()
                .split(" ", -1)[1];
    }

    @Test
    void anAdminAddsAKeyOverSsh() {
        Developer eve = newcomer("eve");
        STAGE.developer()
                .sshWithInput("\uFEFF" + publicKeyOf("eve").strip() + "\r\n", "keys:add", "eve")
                .mustSucceed();
        eve.ssh("apps").mustSucceed();
        STAGE.developer().ssh("keys:remove", "eve").mustSucceed();
    }

    @Test
    void aLineWrittenByHandCountsAtOnce() throws IOException {
        Developer bob = newcomer("bob");
        Path file = STAGE.server().root().resolve("authorized_keys");
        Files.writeString(file, publicKeyOf("bob"), StandardOpenOption.APPEND);

        bob.ssh("apps").mustSucceed();

        assertThat(Files.getPosixFilePermissions(file).toString()).doesNotContain("OTHERS_WRITE");
    }

    @Test
    void aDeployerUsesOnlyTheAppsNamed() {
        App mine = STAGE.probe();
        App other = STAGE.probe();
        Developer dan = newcomer("dan");
        STAGE.server()
                .remoteWithInput(publicKeyOf("dan"), "keys:add", "--role", "deployer", "--apps", mine.name(), "dan")
                .mustSucceed();
        App dans = new App(mine.name(), mine.folder(), dan.in(mine.folder()));

        dans.commit("By Dan").push().mustSucceed();
        assertThat(Http.text(mine.port(), "/")).isEqualTo("v3\n");
        dans.verb("config:set", "A=1").mustSucceed();
        assertThat(dan.ssh("apps").mustSucceed().out()).contains(mine.name()).doesNotContain(other.name());
        assertThat(Json.of(mine.verb("releases", "--json")).toString()).contains("dan");

        assertThat(dan.ssh("status").mustSucceed().out())
                .as("how many apps there are is not told")
                .contains(" 1 app,")
                .hasLineCount(1);
        assertThat(Json.of(dan.ssh("status", "--json")).at("/apps").asInt()).isEqualTo(1);

        App theirs = new App(other.name(), other.folder(), dan.in(other.folder()));
        theirs.commit("By Dan").push().mustFail();
        for (String verb : new String[] {"ps", "logs", "config", "apps:info", "releases", "ps:stop", "redeploy"}) {
            assertThat(theirs.verb(verb).mustFail().err()).as(verb).contains("no app '" + other.name() + "'");
        }
        String unknown = dan.ssh("apps:info", "-a", "unknown").mustFail().err();
        assertThat(unknown)
                .as("an app of others looks like one that is not there")
                .contains("no app 'unknown'");
        dan.ssh("apps:create", "dans").mustFail();
        dan.ssh("apps:destroy", "-a", mine.name(), "-c", mine.name()).mustFail();
        dan.ssh("keys").mustFail();
        dan.sshWithInput(publicKeyOf("dan"), "keys:add", "dan2").mustFail();
        dan.in(other.folder()).git("ls-remote", dan.repositoryUrl(other.name())).mustFail();
        assertThat(Http.text(other.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void whatIsNoPublicKeyIsRefused() {
        for (String text : new String[] {
            "hello\n",
            "ssh-ed25519 AAAA\n",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n",
            publicKeyOf("id_ed25519").strip() + "\n" + "second line\n",
            "x".repeat(100_000)
        }) {
            assertThat(STAGE.server()
                            .remoteWithInput(text, "keys:add", "bad")
                            .mustFail()
                            .err())
                    .doesNotContain("Exception");
        }
        STAGE.server().remoteWithInput("", "keys:add", "bad").mustFail();
        String utf16 = publicKeyOf("id_ed25519").replaceAll("(?s).", "$0\0");
        assertThat(STAGE.server()
                        .remoteWithInput(utf16, "keys:add", "bad")
                        .mustFail()
                        .err())
                .contains("the key on stdin is UTF-16; save it as UTF-8");
        assertThat(STAGE.server().remote("keys").mustSucceed().out()).doesNotContain("bad");
        STAGE.developer().ssh("apps").mustSucceed();
    }

    @Test
    void aFileOfKeysThatOthersCanWriteLetsNobodyInAndSaysSo() throws IOException {
        Path root = STAGE.server().root();
        for (Path loose : List.of(root, root.resolve("authorized_keys"))) {
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(loose);
            Set<PosixFilePermission> wide = new HashSet<>(before);
            wide.add(PosixFilePermission.GROUP_WRITE);
            Files.setPosixFilePermissions(loose, wide);
            try {
                assertThat(STAGE.developer().ssh("apps").mustFail().err()).contains("Permission denied");
                String remedy = "run: chmod go-w " + loose;
                assertThat(STAGE.server().remote("status").mustSucceed().err()).contains("no key can log in", remedy);
                assertThat(STAGE.server().remote("doctor").all()).contains("no key can log in", remedy);
                assertThat(STAGE.server().remote("keys").mustSucceed().all()).contains("tester", remedy);
                Eventually.until("the log says so", () -> agentLog().contains("No key can log in: " + loose));
            } finally {
                Files.setPosixFilePermissions(loose, before);
            }
            STAGE.developer().ssh("apps").mustSucceed();
        }
    }

    @Test
    void aPasswordIsNeverAskedFor() {
        Developer mallory = newcomer("mallory");
        assertThat(mallory.ssh("-o", "PreferredAuthentications=password", "apps")
                        .mustFail()
                        .err())
                .contains("publickey")
                .doesNotContain("password,");
    }
}
