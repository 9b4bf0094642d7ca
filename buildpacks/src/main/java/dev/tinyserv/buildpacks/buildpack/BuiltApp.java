package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a buildpack made.
 *
 * @param buildpack the buildpack's name; of several, in their order, with commas
 * @param defaultProcesses the commands by process type that it suggests where the Procfile is silent
 * @param environment variables that the app's processes get, below the app's own config vars
 * @param exports variables that the builds of later buildpacks get
 * @param site the files that are served without a process, in place of the type web; null for none
 */
public record BuiltApp(
        String buildpack,
        Map<String, String> defaultProcesses,
        Map<String, String> environment,
        Map<String, String> exports,
        @Nullable Site site) {
    public BuiltApp {
        defaultProcesses = Map.copyOf(defaultProcesses);
        environment = Map.copyOf(environment);
        exports = Map.copyOf(exports);
    }

    /** One that exports nothing and has no site. */
    public BuiltApp(String buildpack, Map<String, String> defaultProcesses, Map<String, String> environment) {
        this(buildpack, defaultProcesses, environment, Map.of(), null);
    }

    /** This one with variables for later buildpacks. */
    public BuiltApp exporting(Map<String, String> variables) {
        return new BuiltApp(buildpack, defaultProcesses, environment, variables, site);
    }

    /** This one with a site. */
    public BuiltApp serving(Site files) {
        return new BuiltApp(buildpack, defaultProcesses, environment, exports, files);
    }

    /** What both made; where they differ the later one wins, and it says how the app runs or is served if it can. */
    public BuiltApp followedBy(BuiltApp later) {
        return new BuiltApp(
                buildpack + ", " + later.buildpack,
                later.saysHow() ? later.defaultProcesses : defaultProcesses,
                merged(environment, later.environment),
                merged(exports, later.exports),
                later.saysHow() ? later.site : site);
    }

    private boolean saysHow() {
        return site != null || !defaultProcesses.isEmpty();
    }

    private static Map<String, String> merged(Map<String, String> first, Map<String, String> second) {
        Map<String, String> all = new TreeMap<>(first);
        all.putAll(second);
        return all;
    }
}
