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
 * A command that runs once with the code and the configuration of a release, beside what runs of its app, such as a
 * release phase. What it prints is also in the app's log.
 *
 * @param release whose code and configuration
 * @param name what it is called, such as {@code release.1}
 * @param command for {@code sh -c}
 * @param limit after this it is ended
 * @param streams what it reads, and who reads what it prints
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
     * How it ended.
     *
     * @param title what ran, such as {@code release.1 of v7}
     * @param status its exit status
     * @param cause why it could not start a program, with a colon before; empty if that is not known
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
