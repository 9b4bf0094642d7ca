package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code doctor} finds what is wrong and says what to do; {@code status} says how much there is. */
@Tag("thorough")
class DoctorScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start();

    private static Result doctor() {
        return STAGE.server().remote("doctor");
    }

    private static Path root() {
        return STAGE.server().root();
    }

    @Test
    void aHealthyServerHasNoProblem() {
        App app = STAGE.probe();

        Result result = doctor();

        assertThat(result.exit()).as(result.all()).isZero();
        assertThat(result.out())
                .contains("-----> Disk", "-----> Memory", "-----> App " + app.name(), "web.1 of v2 is up")
                .contains("port " + app.port() + " of " + app.name() + " is ours")
                .doesNotContain(" !     ;");
        Eventually.until(
                "what status keeps for a moment is as new",
                () -> !STAGE.server().remote("status").mustSucceed().out().contains("problem"),
                () -> doctor().all());
    }

    @Test
    void itAnswersThroughEveryDoorAndToAdminsOnly() {
        App app = STAGE.probe();
        assertThat(app.developer().ssh("doctor").mustSucceed().out()).contains("-----> Ports");
        var json = Json.of(app.developer().ssh("doctor", "--json").mustSucceed());
        assertThat(json.toString()).contains("\"area\"", "\"level\"", "\"what\"", "\"remedy\"");
        var dan = STAGE.developer().withKey(STAGE.sandbox().makeKey("dan", "dan@laptop"));
        STAGE.server()
                .remoteWithInput(
                        STAGE.sandbox().publicKey(STAGE.sandbox().home().resolve(".ssh/dan")),
                        "keys:add",
                        "--role",
                        "deployer",
                        "--apps",
                        app.name(),
                        "dan")
                .mustSucceed();

        assertThat(dan.ssh("doctor").mustFail().err()).contains("ask an admin");
    }

    @Test
    void anAppThatCrashesIsAProblemWithItsExitStatus() {
        App app = STAGE.probe();
        app.write("Procfile", "web: node server.js & sleep 2; kill -9 $!; exit 41\n")
                .commit("Crash later");
        app.push();
        try {
            Eventually.until("it is told", () -> {
                // one look has to show all of it: between two looks the supervisor may start the app again
                Result result = doctor().mustFail();
                assertThat(result.out())
                        .contains("-----> App " + app.name())
                        .contains("is crashed since", "exit status 41", "tinyserv logs -a " + app.name());
                assertThat(result.err()).contains("1 problem");
                return true;
            });
            Eventually.until(
                    "status tells too",
                    () -> STAGE.server().remote("status").mustSucceed().out().contains("1 problem"));
        } finally {
            app.verb("ps:stop").mustSucceed();
        }
        assertThat(doctor().exit()).isZero();
    }

    @Test
    void whatLiesWrongOnTheDiskIsNamed() throws IOException {
        App app = STAGE.probe();
        Path keys = root().resolve("authorized_keys");
        byte[] before = Files.readAllBytes(keys);
        Path damaged = Files.writeString(root().resolve("apps/old.json.damaged"), "{");
        Path release = root().resolve("releases").resolve(app.name() + ".json");
        Files.writeString(
                keys,
                "ssh-rsa nonsense\n" + new String(before, java.nio.charset.StandardCharsets.UTF_8).repeat(2),
                StandardOpenOption.TRUNCATE_EXISTING);
        Files.setPosixFilePermissions(release, PosixFilePermissions.fromString("rw-rw-r--"));
        try {
            Result result = doctor().mustFail();

            assertThat(result.out())
                    .contains(damaged + " was set aside")
                    .contains("line 1 of authorized_keys lets nobody in")
                    .containsPattern("line [3-9] of authorized_keys holds the key of an earlier line")
                    .contains(release + " can be written by others than its owner; chmod go-w");
        } finally {
            Files.write(keys, before);
            Files.delete(damaged);
            Files.setPosixFilePermissions(release, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void withoutAnAgentItTellsThatAndWhoHoldsAPort() throws IOException {
        App app = STAGE.probe();
        int port = app.port();
        STAGE.server().shutdown();
        try {
            try (var stranger = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(stranger.isBound()).isTrue();
                Result result = doctor().mustFail();
                assertThat(result.out())
                        .contains("the agent does not run", "tinyserv-remote startup")
                        .contains("port " + port + " of " + app.name() + " is held by pid "
                                + ProcessHandle.current().pid() + " (java)");

                Result startup = STAGE.server().remote("startup").mustSucceed();
                assertThat(startup.err()).contains("port " + port + " of " + app.name() + " is held by pid ");
            }
        } finally {
            STAGE.server().startup();
        }
        Eventually.until("all is well again", () -> doctor().exit() == 0);
    }

    @Test
    void aBadSettingIsNamedAndKeepsNobodyFromShuttingDown() throws IOException {
        App app = STAGE.probe();
        Path settings = root().resolve("settings.properties");
        Files.writeString(settings, "TINYSERV_KEEP_SLUGS=many\n");
        try {
            assertThat(doctor().mustFail().out()).contains("-----> Settings", "TINYSERV_KEEP_SLUGS=many");
            Result status = STAGE.server().remote("status").mustSucceed();
            assertThat(status.err()).contains("TINYSERV_KEEP_SLUGS=many");
            assertThat(status.out()).contains("tinyserv-remote doctor");
            Result down = STAGE.server().remote("shutdown").mustSucceed();
            assertThat(down.err()).contains("TINYSERV_KEEP_SLUGS=many", "tinyserv is down");
            assertThat(STAGE.server().remote("startup").mustFail().err()).contains("TINYSERV_KEEP_SLUGS=many");
            assertThat(doctor().mustFail().out()).contains("TINYSERV_KEEP_SLUGS=many", "the agent does not run");
        } finally {
            Files.delete(settings);
            STAGE.server().startup();
        }
        app.verb("ps").mustSucceed();
    }
}
