package dev.tinyserv.agent.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.BuildSettings;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An app at a glance.
 *
 * @param port its stable port; null if its file cannot be read
 * @param url where it answers; null if its release takes no requests
 * @param release its current release, such as {@code v7}
 * @param state new, stopped, idle, starting, up, crashed or damaged
 * @param repository the path of its git repository on the server
 * @param problem why it is damaged, which names the file; null, and left out of the JSON, if it is not
 */
record AppSummary(
        String name,
        @Nullable Integer port,
        @Nullable String url,
        String release,
        String state,
        String repository,
        @JsonUnwrapped Settings settings,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String problem)
        implements Facts {
    /** In place of the URL of an app without one. */
    static final String NO_URL = "no web process";

    /**
     * What {@code apps:set} has set.
     *
     * @param root the folder of the repository that it is built from; empty for all of it
     * @param watch the paths that a push must change to make a release; none: any push does
     * @param autoCancel whether a push cancels the builds of earlier ones
     * @param show the config vars whose values may be read in the output of builds
     * @param affinity {@code cookie} if clients come back to the instance that served them, else {@code none}
     */
    record Settings(String root, List<String> watch, boolean autoCancel, List<String> show, String affinity) {
        static Settings of(BuildSettings build, Affinity affinity) {
            return new Settings(build.root(), build.watch(), build.autoCancel(), build.show(), affinity.toString());
        }

        private void addTo(List<List<String>> rows) {
            if (!root.isEmpty()) {
                rows.add(List.of("Root:", root));
            }
            if (!watch.isEmpty()) {
                rows.add(List.of("Watched:", String.join(", ", watch)));
            }
            if (autoCancel) {
                rows.add(List.of("Builds:", "a push cancels those of earlier ones"));
            }
            if (!show.isEmpty()) {
                rows.add(List.of("Shown:", String.join(", ", show)));
            }
            if (affinity.equals(Affinity.COOKIE.toString())) {
                rows.add(List.of("Affinity:", "a cookie brings clients back to the instance that served them"));
            }
        }
    }

    static AppSummary of(Context context, AppState app) {
        Release release = context.releases().current(app.app());
        List<ProcessStatus> processes = context.services().running().instances().statuses(app.app());
        boolean wantsProcesses = !context.operator().wanted(app.app()).isEmpty();
        return new AppSummary(
                app.app().value(),
                app.port(),
                urlOf(context, app, release),
                release.name(),
                stateOf(app, release, wantsProcesses, processes),
                repositoryOf(context, app.app()),
                Settings.of(app.build(), app.affinity()),
                null);
    }

    /** As {@link #of}, but an app whose files cannot be read counts as damaged, and does not fail the list. */
    static AppSummary inList(Context context, AppName app) {
        Optional<AppState> state = context.services().apps().registry().find(app);
        try {
            return of(context, state.isPresent() ? state.get() : context.appState(app));
        } catch (Refusal damaged) {
            return new AppSummary(
                    app.value(),
                    state.map(AppState::port).orElse(null),
                    state.map(known -> context.urlOf(known.port())).orElse(null),
                    "?",
                    "damaged",
                    repositoryOf(context, app),
                    Settings.of(
                            state.map(AppState::build).orElse(BuildSettings.DEFAULT),
                            state.map(AppState::affinity).orElse(Affinity.NONE)),
                    damaged.getMessage());
        }
    }

    private static String repositoryOf(Context context, AppName app) {
        return context.settings().layout().repository(app).toString();
    }

    @Override
    public Text text(Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("URL:", urlOr(NO_URL)));
        rows.add(List.of("Port:", String.valueOf(port)));
        rows.add(List.of("State:", state));
        rows.add(List.of("Release:", release));
        rows.add(List.of("Repository:", repository));
        settings.addTo(rows);
        return new Text().line("=== " + name).table(rows);
    }

    /** Its URL, or this text if it has none. */
    String urlOr(String none) {
        return Objects.requireNonNullElse(url, none);
    }

    /** Where it answers, and what is wrong with it. */
    String address() {
        if (problem == null) {
            return urlOr(NO_URL);
        }
        return url == null ? problem : url + " · " + problem;
    }

    /** The URL of an app, also before its first deploy; null if its release takes no requests. */
    static @Nullable String urlOf(Context context, AppState app, Release release) {
        return release.slug() == null || release.takesRequests() ? context.urlOf(app.port()) : null;
    }

    /**
     * The state of the app, by its processes. The release phase does not count, because it ends by itself.
     *
     * @param wantsProcesses whether it has a process that is neither scaled away nor stopped by name
     */
    static String stateOf(AppState app, Release release, boolean wantsProcesses, List<ProcessStatus> processes) {
        if (!app.up()) {
            return "stopped";
        }
        if (release.slug() == null) {
            return "new";
        }
        for (ProcessStatus.State state : List.of(ProcessStatus.State.UP, ProcessStatus.State.STARTING)) {
            if (processes.stream()
                    .anyMatch(process ->
                            process.state() == state && !process.type().equals(ProcessType.RELEASE))) {
                return state.toString();
            }
        }
        if (!wantsProcesses) {
            return release.site() == null ? "idle" : "up";
        }
        return "crashed";
    }
}
