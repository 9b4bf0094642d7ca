package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a buildpack.
 *
 * @param buildpack the buildpack's name; several names in their order, with commas
 * @param defaultProcesses the commands by process type for an app without a Procfile
 * @param environment variables of the app's processes, which the app's config vars override
 * @param exports variables for the builds of later buildpacks
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

    /** A result without exports and site. */
    public BuiltApp(String buildpack, Map<String, String> defaultProcesses, Map<String, String> environment) {
        this(buildpack, defaultProcesses, environment, Map.of(), null);
    }

    /** This result with variables for later buildpacks. */
    public BuiltApp exporting(Map<String, String> variables) {
        return new BuiltApp(buildpack, defaultProcesses, environment, variables, site);
    }

    /** This result with a site. */
    public BuiltApp serving(Site files) {
        return new BuiltApp(buildpack, defaultProcesses, environment, exports, files);
    }

    /** Both results; the later one wins, with processes and site only if it has one of them. */
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
