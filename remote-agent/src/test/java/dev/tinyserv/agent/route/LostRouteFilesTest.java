package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody deletes or damages files of routes, and another router starts. */
class LostRouteFilesTest extends RouterStage {
    private Path file() {
        return router.settings.layout().routes().resolve(RunningRouter.APP + ".json");
    }

    private void killRouterAnd(Damage damage) throws IOException {
        router.router.kill();
        damage.to(file());
        router.router = Router.start(router.settings.router());
    }

    private interface Damage {
        void to(Path file) throws IOException;
    }

    private boolean answers() {
        try {
            return Wire.get(router.port, "/").body().equals("x");
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"schema\":", "{}"})
    void aDamagedFileIsWrittenAgainForANewRouter(String content) throws IOException {
        try (Backend app = Backend.named("x")) {
            router.routing(app.endpoint());
            killRouterAnd(file -> Files.writeString(file, content));
            RunningRouter.await(this::answers);
        }
    }

    @Test
    void aDeletedFolderIsWrittenAgainForANewRouter() throws IOException {
        try (Backend app = Backend.named("x")) {
            router.routing(app.endpoint());
            killRouterAnd(file -> {
                Files.delete(file);
                Files.delete(file.getParent());
            });
            RunningRouter.await(this::answers);
            assertThat(file()).isRegularFile();
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsTriedAgain() throws IOException {
        try (Backend app = Backend.named("x")) {
            router.routing(app.endpoint());
            killRouterAnd(file -> {
                Files.delete(file);
                Files.createDirectories(file.resolve("in-the-way"));
            });
            RunningRouter.await(() -> !router.client.awaitReady(Duration.ZERO));
            Files.delete(file().resolve("in-the-way"));
            Files.delete(file());
            RunningRouter.await(this::answers);
        }
    }
}
