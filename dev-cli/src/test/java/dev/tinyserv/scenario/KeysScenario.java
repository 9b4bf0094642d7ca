package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Developer;
import dev.tinyserv.fixtures.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    void aPasswordIsNeverAskedFor() {
        Developer mallory = newcomer("mallory");
        assertThat(mallory.ssh("-o", "PreferredAuthentications=password", "apps")
                        .mustFail()
                        .err())
                .contains("publickey")
                .doesNotContain("password,");
    }
}
