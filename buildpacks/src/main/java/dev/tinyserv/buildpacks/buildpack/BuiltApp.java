package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;

/**
 * What a buildpack made.
 *
 * @param buildpack the buildpack's name
 * @param defaultProcesses the commands by process type that it suggests where the Procfile is silent
 * @param environment variables that the app's processes get, below the app's own config vars
 */
public record BuiltApp(String buildpack, Map<String, String> defaultProcesses, Map<String, String> environment) {
    /** Copies what it is given. */
    public BuiltApp {
        defaultProcesses = Map.copyOf(defaultProcesses);
        environment = Map.copyOf(environment);
    }
}
