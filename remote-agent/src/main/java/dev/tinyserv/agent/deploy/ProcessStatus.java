package dev.tinyserv.agent.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of one process of an app, for people and scripts.
 *
 * @param name such as {@code web.1}
 * @param state how far it is
 * @param pid the pid of the command, or of its shim while that is not known; null if nothing runs
 * @param port its {@code PORT}; null if it has none
 * @param release such as {@code v7}
 * @param since when it got into this state
 * @param restarts how often it was started again since its release went live
 * @param lastExit the exit status of its last crash; null if there was none, or the status is lost
 */
@JsonPropertyOrder({"name", "type", "state", "pid", "port", "release", "since", "restarts", "lastExit"})
public record ProcessStatus(
        ProcessName name,
        State state,
        @Nullable Long pid,
        @Nullable Integer port,
        String release,
        Instant since,
        int restarts,
        @Nullable Integer lastExit) {
    /** How far a process is; {@link #toString} is how people and scripts read it. */
    public enum State {
        /** It has not passed its gate yet. */
        @JsonProperty("starting")
        STARTING("starting"),
        /** It is ready. */
        @JsonProperty("up")
        UP("up"),
        /** It has ended by itself, or did not start, and waits for its next start. */
        @JsonProperty("crashed")
        CRASHED("crashed"),
        /** It is being ended, or will be when its requests are done. */
        @JsonProperty("stopping")
        STOPPING("stopping");

        private final String word;

        State(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** Its process type. */
    @JsonProperty("type")
    public ProcessType type() {
        return name.type();
    }
}
