package dev.tinyserv.agent.app;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What an app should be right now, {@code apps/NAME.json}: changed only by verbs, never by a crash, shutdown or reboot.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param app the app's name
 * @param port the stable port that the router listens on for it
 * @param up whether it should run
 * @param createdAt when it was created
 * @param createdBy who created it
 * @param buildpacks the names of the buildpacks that were set for it, in their order; none: they are detected
 * @param root the folder of its repository that it is built from and runs in; empty for all of it
 * @param watch the paths of its repository that a push must change to make a release; none: any push makes one
 * @param autoCancel whether a push cancels the builds of earlier ones
 * @param show the names of the config vars whose values may be read in the output of builds; none: no others than those
 *     that are known to be no secrets
 */
public record AppState(
        int schema,
        AppName app,
        int port,
        boolean up,
        Instant createdAt,
        String createdBy,
        List<String> buildpacks,
        String root,
        List<String> watch,
        Boolean autoCancel,
        List<String> show) {
    /** The version of the format that this code writes. */
    public static final int SCHEMA = 1;

    /**
     * Copies what it is given; a file that was written before there were such fields has the defaults. A part that is
     * missing and has none, as in a damaged file, is a {@link NullPointerException}.
     */
    public AppState {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(createdBy, "createdBy");
        buildpacks = List.copyOf(Objects.requireNonNullElse(buildpacks, List.of()));
        root = Objects.requireNonNullElse(root, "");
        watch = List.copyOf(Objects.requireNonNullElse(watch, List.of()));
        autoCancel = Objects.requireNonNullElse(autoCancel, false);
        show = List.copyOf(Objects.requireNonNullElse(show, List.of()));
    }

    /** A state with all defaults, in the format that this code writes. */
    public AppState(AppName app, int port, boolean up, Instant createdAt, String createdBy) {
        this(SCHEMA, app, port, up, createdAt, createdBy, List.of(), "", List.of(), false, List.of());
    }

    /** This state with the app wanted up, or stopped. */
    public AppState withUp(boolean wanted) {
        return new AppState(schema, app, port, wanted, createdAt, createdBy, buildpacks, root, watch, autoCancel, show);
    }

    /** This state with other buildpacks. */
    public AppState withBuildpacks(List<String> wanted) {
        return new AppState(schema, app, port, up, createdAt, createdBy, wanted, root, watch, autoCancel, show);
    }

    /** This state built from another folder. */
    public AppState withRoot(String folder) {
        return new AppState(schema, app, port, up, createdAt, createdBy, buildpacks, folder, watch, autoCancel, show);
    }

    /** This state watching other paths. */
    public AppState withWatch(List<String> paths) {
        return new AppState(schema, app, port, up, createdAt, createdBy, buildpacks, root, paths, autoCancel, show);
    }

    /** This state with a push cancelling the builds of earlier ones, or not. */
    public AppState withAutoCancel(boolean wanted) {
        return new AppState(schema, app, port, up, createdAt, createdBy, buildpacks, root, watch, wanted, show);
    }

    /** This state with the values of other config vars readable in the output of builds. */
    public AppState withShow(List<String> names) {
        return new AppState(schema, app, port, up, createdAt, createdBy, buildpacks, root, watch, autoCancel, names);
    }
}
