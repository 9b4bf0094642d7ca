package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent's own log names the app and the release in every error, and says as much as it was told to. */
@Tag("thorough")
class AgentLogScenario {
    private static List<String> errors(Stage stage) throws IOException {
        return Files.readAllLines(stage.server().root().resolve("logs/agent.log")).stream()
                .filter(line -> line.contains(" ERROR "))
                .toList();
    }

    @Test
    void errorsNameTheAppAndItsRelease() throws IOException {
        try (Stage stage = Stage.start()) {
            App app = stage.probe();
            Path root = stage.server().root();
            stage.server().shutdown();
            Folders.delete(root.resolve("builds").resolve(app.name()));
            Files.writeString(root.resolve("releases/" + app.name() + "/v1.json"), "{ torn");
            stage.server().startup();
            app.developer().ssh("releases", "-a", app.name());

            List<String> errors = errors(stage);

            assertThat(errors).isNotEmpty().allMatch(line -> line.contains(app.name()));
            assertThat(errors).anyMatch(line -> line.contains("v1.json"));
        }
    }

    @Test
    void theLevelIsASettingThatHoldsFromTheFileToo() throws IOException {
        try (Stage stage = Stage.start(Map.of("TINYSERV_STOP_TIMEOUT", "2s"))) {
            Path log = stage.server().root().resolve("logs/agent.log");
            assertThat(Files.readString(log)).contains(" INFO ");
            // A blank divides name and value in such files, too, as a tool that looks for '=' does not know.
            Files.writeString(stage.server().root().resolve("settings.properties"), "TINYSERV_LOG_LEVEL error\n");
            stage.server().shutdown();
            long before = Files.size(log);

            stage.server().startup().shutdown();

            assertThat(Files.size(log)).isEqualTo(before);
            Files.writeString(stage.server().root().resolve("settings.properties"), "TINYSERV_LOG_LEVEL=loud\n");
            assertThat(stage.server().remote("startup").mustFail().err())
                    .contains("TINYSERV_LOG_LEVEL=loud", "error, warn, info, debug");
        }
    }
}
