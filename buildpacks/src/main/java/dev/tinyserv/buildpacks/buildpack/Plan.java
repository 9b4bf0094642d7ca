package dev.tinyserv.buildpacks.buildpack;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a build would do, as far as that is known before.
 *
 * @param with what it would be made with, in a few words: {@code node 20.19.2 with npm}
 * @param processes the commands by process type where the Procfile is silent; null if only the build will tell
 * @param site whether files are served without a process, in place of the type web
 */
public record Plan(String with, @Nullable Map<String, String> processes, boolean site) {
    public Plan {
        processes = processes == null ? null : Map.copyOf(processes);
    }

    /** Of a build that will tell how the app runs. */
    public static Plan undecided(String with) {
        return new Plan(with, null, false);
    }

    /** Of an app that runs these commands and, if there are none, does not run without a Procfile. */
    public static Plan running(String with, Map<String, String> processes) {
        return new Plan(with, processes, false);
    }

    /** Of an app that runs these commands; if there are none, the build may still make what can run. */
    public static Plan runningIfAny(String with, Map<String, String> processes) {
        return processes.isEmpty() ? undecided(with) : running(with, processes);
    }

    /** Of a site. */
    public static Plan ofSite(String with) {
        return new Plan(with, Map.of(), true);
    }

    /** Whether it says how the app runs, or leaves that to the build. */
    public boolean decides() {
        return site || processes == null || !processes.isEmpty();
    }
}
