package dev.tinyserv.agent.run.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is to be started.
 *
 * @param id unique over all times, safe as a file name; the environment carries it as {@link ProcessRuntime#MARK}
 * @param name for people, such as {@code web.1}
 * @param command for {@code sh -c}
 * @param directory the working folder
 * @param environment all variables of the process; it inherits none
 * @param output the file that its output is appended to
 * @param view what gives it another view of the machine, as of a {@code PrivateView}; empty for that of the agent
 */
public record Launch(
        String id,
        String name,
        String command,
        Path directory,
        Map<String, String> environment,
        Path output,
        List<String> view) {
    /** Copies what it is given. */
    public Launch {
        environment = Map.copyOf(environment);
        view = List.copyOf(view);
    }

    /** Without the environment, which holds secrets. */
    @Override
    public String toString() {
        return id;
    }
}
