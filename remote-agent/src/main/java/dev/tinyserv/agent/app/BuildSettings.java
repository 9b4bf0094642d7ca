package dev.tinyserv.agent.app;

import java.util.List;
import java.util.Objects;

/**
 * What an app's next builds are made of, and how; a part of {@link AppState}.
 *
 * @param buildpacks the names of the buildpacks that were set for it, in their order; none: they are detected
 * @param root the folder of its repository that it is built from and runs in; empty for all of it
 * @param watch the paths of its repository that a push must change to make a release; none: any push makes one
 * @param autoCancel whether a push cancels the builds of earlier ones
 * @param show the names of the config vars whose values may be read in the output of builds; none: no others than those
 *     that are known to be no secrets
 */
public record BuildSettings(
        List<String> buildpacks, String root, List<String> watch, boolean autoCancel, List<String> show) {
    /** Those of an app for which nothing was set. */
    public static final BuildSettings DEFAULT = new BuildSettings(List.of(), "", List.of(), false, List.of());

    /** Copies what it is given. */
    public BuildSettings {
        buildpacks = List.copyOf(buildpacks);
        Objects.requireNonNull(root, "root");
        watch = List.copyOf(watch);
        show = List.copyOf(show);
    }

    /** These with other buildpacks. */
    public BuildSettings withBuildpacks(List<String> wanted) {
        return new BuildSettings(wanted, root, watch, autoCancel, show);
    }

    /** These with another folder. */
    public BuildSettings withRoot(String folder) {
        return new BuildSettings(buildpacks, folder, watch, autoCancel, show);
    }

    /** These with other paths that are watched. */
    public BuildSettings withWatch(List<String> paths) {
        return new BuildSettings(buildpacks, root, paths, autoCancel, show);
    }

    /** These with a push cancelling the builds of earlier ones, or not. */
    public BuildSettings withAutoCancel(boolean wanted) {
        return new BuildSettings(buildpacks, root, watch, wanted, show);
    }

    /** These with the values of other config vars readable in the output of builds. */
    public BuildSettings withShow(List<String> names) {
        return new BuildSettings(buildpacks, root, watch, autoCancel, names);
    }
}
