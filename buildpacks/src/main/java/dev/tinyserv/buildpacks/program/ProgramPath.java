package dev.tinyserv.buildpacks.program;

import dev.tinyserv.buildpacks.process.Program;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the programs of an app are looked for.
 *
 * @param environment the variables, of which {@code PATH} is searched
 * @param isConfigured whether a config var took the place of the server's own {@code PATH}
 */
public record ProgramPath(Map<String, String> environment, boolean isConfigured) {
    /** The path in these variables, which have those of the configuration in them. */
    public static ProgramPath of(Map<String, String> environment, Map<String, String> config) {
        return new ProgramPath(environment, config.containsKey("PATH"));
    }

    Optional<Path> find(String program) {
        return Program.find(program, environment);
    }

    /** That the program is not found, and the remedy. */
    public Obstacle without(String program, String remedy) {
        return isConfigured
                ? new Obstacle(
                        program + " is in no folder of PATH, which is a config var of the app",
                        "remove it with `config:unset PATH`, or add the program's folder to it")
                : new Obstacle(program + " is not installed on the server", remedy);
    }
}
