package dev.tinyserv.scenario.fault;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.scenario.Stage;
import java.util.List;
import java.util.function.Supplier;

/** All that a user can be told has happened, one step after another, round and round. */
final class AcknowledgedSteps {
    private final Stage stage;
    private final App app;
    private final List<Supplier<Result>> steps = List.of(
            this::push,
            () -> verb("config:set", "STEP=" + count()),
            () -> verb("config:unset", "STEP"),
            () -> verb("rollback"),
            () -> verb("ps:stop"),
            () -> verb("ps:start"),
            this::addKey,
            this::removeKey,
            this::pushBranch,
            this::pushTag,
            () -> stage().developer().ssh("apps:create", "brief" + count() / 12),
            () -> stage().developer().ssh("apps:destroy", "-a", "brief" + count() / 12, "-c", "brief" + count() / 12));
    private int done;

    AcknowledgedSteps(Stage stage, App app) {
        this.stage = stage;
        this.app = app;
    }

    /** Does the next one; it has been acknowledged when this returns. Returns what it was. */
    String next() {
        Result result = steps.get(done % steps.size()).get().mustSucceed();
        done++;
        return "step " + done + ": " + result.command();
    }

    private Stage stage() {
        return stage;
    }

    private int count() {
        return done;
    }

    private Result verb(String verb, String... arguments) {
        return app.verb(verb, arguments);
    }

    private Result push() {
        return app.write("step", Integer.toString(done)).commit("Step " + done).push();
    }

    private Result addKey() {
        String key = stage.sandbox().publicKey(stage.sandbox().makeKey("extra" + done, "extra"));
        return stage.developer().sshWithInput(key, "keys:add", "extra");
    }

    private Result removeKey() {
        return stage.developer().ssh("keys:remove", "extra");
    }

    private Result pushBranch() {
        return app.developer().git("push", "-q", "tinyserv", "main:refs/heads/side" + done);
    }

    private Result pushTag() {
        app.developer().git("tag", "t" + done).mustSucceed();
        return app.developer().git("push", "-q", "tinyserv", "t" + done);
    }
}
