package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ProcessType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one process of an app is, for people and scripts.
 *
 * @param name such as {@code web.1}
 * @param type its process type
 * @param state {@code starting}, {@code up}, {@code crashed} or {@code stopping}
 * @param pid the app's own process, or its shim's while that is not known; null if nothing runs
 * @param port its {@code PORT}; null if it has none
 * @param release such as {@code v7}
 * @param since since when it is in this state
 * @param restarts how often it was started again since its release went live
 * @param lastExit the exit status with which it last ended; null if it did not, or the status is lost
 */
public record InstanceStatus(
        String name,
        ProcessType type,
        String state,
        @Nullable Long pid,
        @Nullable Integer port,
        String release,
        Instant since,
        int restarts,
        @Nullable Integer lastExit) {}
