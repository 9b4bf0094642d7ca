package dev.tinyserv.agent.route;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A router of its own for each test, and the app behind it. */
abstract class RouterStage {
    @TempDir
    Path root;

    RunningRouter router;

    private final Map<String, String> settings;

    RouterStage() {
        this(Map.of());
    }

    /** With a router that goes by these settings. */
    RouterStage(Map<String, String> settings) {
        this.settings = settings;
    }

    @BeforeEach
    final void startRouter() {
        router = RunningRouter.in(root, settings);
    }

    @AfterEach
    final void stopRouter() {
        router.close();
    }

    /** Puts a router with other settings in the place of this one. */
    final void restartRouter(Map<String, String> others) {
        router.close();
        router = RunningRouter.in(root.resolve("other"), others);
    }

    /** An app that gets all requests. */
    final Backend app(Backend.Talk talk) throws IOException {
        Backend app = Backend.talking(talk);
        router.routing(app.endpoint());
        return app;
    }
}
