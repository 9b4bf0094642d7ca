package dev.tinyserv.agent.app;

import java.util.List;
import java.util.Objects;

/**
 * The settings of an app's next builds; a part of {@link AppState}.
 *
 * @param buildpacks the names of the buildpacks, in their order; empty to detect them
 * @param root the folder of the repository in which the app is built and runs; empty for all of it
 * @param watch the paths of which a push must change one to make a release; empty: any push makes one
 * @param autoCancel whether a push cancels the builds of earlier ones
 * @param show the config vars whose values may appear in the output of builds, besides those known to be no secrets
 */
public record BuildSettings(
        List<String> buildpacks, String root, List<String> watch, boolean autoCancel, List<String> show) {
    /** The settings of a new app. */
    public static final BuildSettings DEFAULT = new BuildSettings(List.of(), "", List.of(), false, List.of());

    public BuildSettings {
        buildpacks = List.copyOf(buildpacks);
        Objects.requireNonNull(root, "root");
        watch = List.copyOf(watch);
        show = List.copyOf(show);
    }

    /** These settings with other buildpacks. */
    public BuildSettings withBuildpacks(List<String> wanted) {
        return new BuildSettings(wanted, root, watch, autoCancel, show);
    }

    /** These settings with another root folder. */
    public BuildSettings withRoot(String folder) {
        return new BuildSettings(buildpacks, folder, watch, autoCancel, show);
    }

    /** These settings with other watched paths. */
    public BuildSettings withWatch(List<String> paths) {
        return new BuildSettings(buildpacks, root, paths, autoCancel, show);
    }

    /** These settings with builds of earlier pushes cancelled, or not. */
    public BuildSettings withAutoCancel(boolean wanted) {
        return new BuildSettings(buildpacks, root, watch, wanted, show);
    }

    /** These settings with the values of other config vars shown in the output of builds. */
    public BuildSettings withShow(List<String> names) {
        return new BuildSettings(buildpacks, root, watch, autoCancel, names);
    }
}
