package dev.tinyserv.agent.run.runtime;

import dev.tinyserv.agent.app.Limits;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be started.
 *
 * @param id unique over all times, safe as a file name; the environment carries it as {@link ProcessRuntime#MARK}
 * @param name for people, such as {@code web.1}
 * @param command for {@code sh -c}
 * @param directory the working folder
 * @param environment all variables of the process; it inherits none
 * @param streams where it reads from and writes to
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
     * @param user who it runs as; null for the user of the agent
     * @param limits what it may take
     * @param view what gives it another view of the machine, as of a {@code PrivateView}; empty for that of the agent
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

    /** Without the environment, which holds secrets. */
    @Override
    public String toString() {
        return id;
    }
}
