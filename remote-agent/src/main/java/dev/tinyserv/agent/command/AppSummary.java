package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.run.InstanceStatus;
import dev.tinyserv.buildpacks.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An app at a glance.
 *
 * @param name its name
 * @param port its stable port
 * @param url where it answers; null if its release takes no requests
 * @param release its current release, such as {@code v7}
 * @param state new, stopped, starting, up, crashed or damaged
 * @param repository where its git repository lies on the server
 * @param root the folder of the repository that it is built from; empty for all of it
 * @param watch the paths that a push must change to make a release; none: any push does
 * @param autoCancel whether a push cancels the builds of earlier ones
 * @param show the config vars whose values may be read in the output of builds
 */
record AppSummary(
        String name,
        int port,
        @Nullable String url,
        String release,
        String state,
        String repository,
        String root,
        List<String> watch,
        boolean autoCancel,
        List<String> show) {
    /** In place of the URL of an app without one. */
    static final String NO_URL = "no web process";

    static AppSummary of(Context context, AppState app) {
        Release release = context.services().releases().current(app.app());
        return new AppSummary(
                app.app().value(),
                app.port(),
                urlOf(context, app, release),
                release.name(),
                stateOf(context, app, release),
                repository(context, app.app()),
                app.root(),
                app.watch(),
                app.autoCancel(),
                app.show());
    }

    /** As {@link #of}, but an app whose release cannot be read is shown as damaged, so that the others are seen. */
    static AppSummary inList(Context context, AppState app) {
        try {
            return of(context, app);
        } catch (Refusal damaged) {
            return new AppSummary(
                    app.app().value(),
                    app.port(),
                    context.urlOf(app.port()),
                    "?",
                    "damaged",
                    repository(context, app.app()),
                    app.root(),
                    app.watch(),
                    app.autoCancel(),
                    app.show());
        }
    }

    /** An app that was never deployed has one, too. */
    static @Nullable String urlOf(Context context, AppState app, Release release) {
        return release.slug() == null || Releases.takesRequests(release) ? context.urlOf(app.port()) : null;
    }

    private static String repository(Context context, AppName app) {
        return context.settings().layout().repository(app).toString();
    }

    private static String stateOf(Context context, AppState app, Release release) {
        if (!app.up()) {
            return "stopped";
        }
        if (release.slug() == null) {
            return "new";
        }
        List<InstanceStatus> instances = context.services().supervisor().list(app.app());
        for (String state : List.of("up", "starting")) {
            if (instances.stream().anyMatch(instance -> instance.state().equals(state))) {
                return state;
            }
        }
        return release.site() != null && !release.runs() ? "up" : "crashed";
    }
}
