package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Pids;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens seldom, and must then be told in words that help. */
@Tag("thorough")
@ExtendWith(SharedStage.class)
class RareTroubleScenario {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Stage stage;

    RareTroubleScenario(Stage stage) {
        this.stage = stage;
    }

    @Test
    void aPathWithoutSystemFoldersIsTheAppsMatterAlone() {
        App app = stage.probe();

        Result result = app.verb("config:set", "PATH=/nowhere").mustFail();

        assertThat(result.err()).contains("exited with status 127").doesNotContain("without an exit status");
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }

    @Test
    void onlyOneValueCanBeReadFromStdin() {
        App app = stage.probe();

        Result result = app.developer()
                .sshWithInput("secret", "config:set", "-a", app.name(), "F=-", "G=-")
                .mustFail();

        assertThat(result.err()).contains("stdin holds one value");
        assertThat(app.verb("config").mustSucceed().out()).doesNotContain("secret");
        app.verb("config:set", "F=--", "G=a=-").mustSucceed();
    }

    @Test
    void aPushToAnAppThatIsDestroyedMeanwhileIsToldSo() {
        App app = stage.probe();
        app.write("package.json", """
                        {"name": "probe", "version": "1.0.0",
                         "scripts": {"start": "node server.js", "build": "echo building-now; exec sleep 7551"}}
                        """).commit("Build for long");
        try (Running push = app.startPush()) {
            Eventually.until(
                    "it builds", () -> !Pids.mentioning("sleep\0" + 7551).isEmpty());
            stage.server()
                    .remote("apps:destroy", "-a", app.name(), "-c", app.name())
                    .mustSucceed();
            Pids.mentioning("sleep\0" + 7551)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));

            assertThat(push.await(SOON).mustFail().all())
                    .contains(app.name() + " was destroyed while this deploy was under way");
        }
    }

    @Test
    void aStartThatTheDiskDoesNotTakeLeavesNothingRunning() throws IOException {
        App app = stage.probe();
        app.verb("ps:stop").mustSucceed();
        Path state = stage.server().root().resolve("apps").resolve(app.name() + ".json");
        byte[] before = Files.readAllBytes(state);
        Files.delete(state);
        Files.createDirectories(state.resolve("in-the-way"));
        try {
            assertThat(app.verb("ps:start").mustFail().err()).contains("cannot write", app.name() + ".json");
            assertThat(app.verb("ps").mustSucceed().out()).doesNotContain("up", "starting");
            assertThat(app.verb("logs").mustSucceed().out()).contains("what is wanted could not be noted");
        } finally {
            Files.delete(state.resolve("in-the-way"));
            Files.delete(state);
            Files.write(state, before);
        }
        app.verb("ps:start").mustSucceed();
        assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");
    }
}
