package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Limits;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process to be started.
 *
 * @param id unique over all times, safe as a file name; the environment carries it as {@link ProcessRuntime#MARK}
 * @param name for people, such as {@code web.1}
 * @param command for {@code sh -c}
 * @param directory the working folder
 * @param environment all variables of the process; it inherits none
 * @param streams its standard streams
 * @param confinement what it may do and see
 */
public record Launch(
        String id,
        String name,
        String command,
        Path directory,
        Map<String, String> environment,
        Streams streams,
        Confinement confinement) {
    /**
     * The standard streams.
     *
     * @param input copied to the process until either ends; null for an empty one
     * @param output the file that standard output and standard error are appended to
     */
    public record Streams(@Nullable InputStream input, Path output) {}

    /**
     * What a process may do and see.
     *
     * @param user the user it runs as; null for the user of the agent
     * @param limits what it may take
     * @param view the launcher of a {@code PrivateView}, which hides other apps; empty for the agent's own view
     */
    public record Confinement(@Nullable String user, Limits limits, List<String> view) {
        /** Copies what it is given. */
        public Confinement {
            view = List.copyOf(view);
        }
    }

    /** Copies what it is given. */
    public Launch {
        environment = Map.copyOf(environment);
    }

    /** The id only, because the environment holds secrets. */
    @Override
    public String toString() {
        return id;
    }
}
