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
 * @param commit the full id of what was built
 * @param startedAt when it was asked for
 * @param millis how long it took, with the time for which it waited for others; so far, while it runs
 * @param result what became of it
 * @param reason why it was not done, in one line; null if it was, or if nobody knows
 * @param slug the id of what it made; null for nothing
 * @param bytes how much of the disk that takes; 0 for nothing
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
        /** Others are built before it. */
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
        /** The agent was ended meanwhile. */
        @JsonProperty("interrupted")
        INTERRUPTED
    }

    /**
     * One step of a build.
     *
     * @param name what the pusher read, without the arrow
     * @param millis how long it took
     */
    public record Step(String name, long millis) {}

    /** Copies what it is given; a part that is missing, as in a damaged file, is a {@link NullPointerException}. */
    public BuildRecord {
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(startedAt, "startedAt");
        Objects.requireNonNull(result, "result");
        steps = List.copyOf(Objects.requireNonNull(steps, "steps"));
    }
}
