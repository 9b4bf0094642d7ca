package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A disk that is full during a build. Needs root, to mount a small one. */
class FullDiskScenario {
    @Test
    void theBuildFailsNamingThePathTheOldReleaseServesAndItWorksAgainWithoutARestart() throws IOException {
        Sandbox sandbox = Sandbox.create();
        String problem = sandbox.mountSmallDisk(sandbox.root().resolve("builds"), "1m");
        if (!problem.isEmpty()) {
            sandbox.close();
        }
        assumeTrue(problem.isEmpty(), () -> "no small disk can be mounted here: " + problem);
        try (Stage stage = Stage.start(new Server(sandbox, Map.of()))) {
            App app = stage.probe();
            String before = app.head();
            app.write("big", "x".repeat(3 << 20)).commit("Too big for the disk");

            Result push = app.push().mustFail();

            assertThat(push.err()).contains("builds").containsIgnoringCase("space");
            assertThat(app.deployedCommit()).isEqualTo(before);
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

            app.write("package.json", """
                    {"name": "x", "version": "1.0.0", "scripts": {"build": "head -c 3000000 /dev/zero > big2"}}
                    """);
            Files.delete(app.folder().resolve("big"));
            app.commit("A build that fills the disk").push().mustFail();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v2\n");

            Files.delete(app.folder().resolve("package.json"));
            app.commit("Small again").push().mustSucceed();
            assertThat(Http.text(app.port(), "/")).isEqualTo("v3\n");
        }
    }
}
