package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a buildpack made.
 *
 * @param buildpack the buildpack's name; of several, in their order, with commas
 * @param defaultProcesses the commands by process type that it suggests where the Procfile is silent
 * @param environment variables that the app's processes get, below the app's own config vars
 * @param exports variables that the builds of later buildpacks get
 */
public record BuiltApp(
        String buildpack,
        Map<String, String> defaultProcesses,
        Map<String, String> environment,
        Map<String, String> exports) {
    /** Copies what it is given. */
    public BuiltApp {
        defaultProcesses = Map.copyOf(defaultProcesses);
        environment = Map.copyOf(environment);
        exports = Map.copyOf(exports);
    }

    /** One that exports nothing. */
    public BuiltApp(String buildpack, Map<String, String> defaultProcesses, Map<String, String> environment) {
        this(buildpack, defaultProcesses, environment, Map.of());
    }

    /** This one with variables for later buildpacks. */
    public BuiltApp exporting(Map<String, String> variables) {
        return new BuiltApp(buildpack, defaultProcesses, environment, variables);
    }

    /** What both made; where they differ the later one wins, and it says how the app runs if it can. */
    public BuiltApp followedBy(BuiltApp later) {
        return new BuiltApp(
                buildpack + ", " + later.buildpack,
                later.defaultProcesses.isEmpty() ? defaultProcesses : later.defaultProcesses,
                merged(environment, later.environment),
                merged(exports, later.exports));
    }

    private static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        Map<String, String> all = new TreeMap<>(first);
        all.putAll(second);
        return all;
    }
}
