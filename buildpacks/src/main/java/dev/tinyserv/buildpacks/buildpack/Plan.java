package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a build, as far as it is known before.
 *
 * @param with the tools of the build, in a few words: {@code node 20.19.2 with npm}
 * @param processes the commands by process type without a Procfile; null if only the build will tell
 * @param site whether files are served without a process, in place of the type web
 */
public record Plan(String with, @Nullable Map<String, String> processes, boolean site) {
    public Plan {
        processes = processes == null ? null : Map.copyOf(processes);
    }

    /** The plan of a build that will decide how the app runs. */
    public static Plan undecided(String with) {
        return new Plan(with, null, false);
    }

    /** The plan of an app that runs these commands. If there are none, it needs a Procfile. */
    public static Plan running(String with, Map<String, String> processes) {
        return new Plan(with, processes, false);
    }

    /** The plan of an app that runs these commands. If there are none, the build will decide. */
    public static Plan runningIfAny(String with, Map<String, String> processes) {
        return processes.isEmpty() ? undecided(with) : running(with, processes);
    }

    /** The plan of a site. */
    public static Plan ofSite(String with) {
        return new Plan(with, Map.of(), true);
    }

    /** Whether the app may run without a Procfile. */
    public boolean decides() {
        return site || processes == null || !processes.isEmpty();
    }
}
