package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs once, such as a release phase, with the code and the configuration of a release. The app's log
 * has its output, too.
 *
 * @param release the code and configuration it runs with
 * @param name such as {@code release.1}
 * @param command for {@code sh -c}
 * @param limit the longest time it may run; then it is ended
 * @param streams its input, and the reader of its output
 */
public record OneOff(Release release, ProcessName name, String command, Duration limit, Streams streams) {
    /**
     * What a command reads and prints.
     *
     * @param input read to its end in a thread of its own; null for nothing. Whoever gives it closes it
     * @param output gets each line that the command prints, without its end
     */
    public record Streams(@Nullable InputStream input, Consumer<String> output) {
        /** For a command that reads nothing. */
        public static Streams to(Consumer<String> output) {
            return new Streams(null, output);
        }
    }

    /**
     * How a one-off ended.
     *
     * @param title what ran, such as {@code release.1 of v7}
     * @param status its exit status
     * @param cause {@code ": "} and why a program could not be started; empty if that is not known
     */
    public record Outcome(String title, ExitStatus status, String cause) {
        /** Refuses all but exit status 0. */
        public void requireSuccess() {
            if (!status.isSuccess()) {
                throw new Refusal(title + " " + status + cause);
            }
        }
    }
}
