package dev.tinyserv.agent.build;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one build.
 *
 * @param number counts up from 1 for each app
 * @param commit the full id of the commit that was built; empty if the build was interrupted
 * @param startedAt when the build was asked for
 * @param millis how many ms it took, or has taken so far, including its wait for other builds
 * @param result what became of it
 * @param reason why it failed, in one line; null if it did not, or if nobody knows
 * @param slug the id of the slug that it made; null for none
 * @param bytes the size of that slug; 0 for none
 * @param steps its steps, in their order
 */
public record BuildRecord(
        int number,
        String commit,
        Instant startedAt,
        long millis,
        Result result,
        @Nullable String reason,
        @Nullable String slug,
        long bytes,
        List<Step> steps) {
    /** What became of a build. */
    public enum Result {
        /** The build waits for other builds. */
        @JsonProperty("waiting")
        WAITING,
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("succeeded")
        SUCCEEDED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("cancelled")
        CANCELLED,
        /** The agent ended during the build. */
        @JsonProperty("interrupted")
        INTERRUPTED
    }

    /**
     * One step of a build.
     *
     * @param name what the pusher read, without the arrow
     * @param millis how many ms it took
     */
    public record Step(String name, long millis) {}

    /** Copies the steps; a missing part, as in a damaged file, is a {@link NullPointerException}. */
    public BuildRecord {
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(result, "result");
        steps = List.copyOf(Objects.requireNonNull(steps, "steps"));
    }
}
