package dev.tinyserv.buildpacks.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program with what it is called with.
 *
 * @param name what messages call it
 * @param arguments the program and its arguments
 * @param folder where it runs; null for ours
 * @param environment its whole environment
 */
record Invocation(
        String name, List<String> arguments, @Nullable Path folder, Map<String, String> environment) {
    /** Copies what it is given. */
    Invocation {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
    }
}
