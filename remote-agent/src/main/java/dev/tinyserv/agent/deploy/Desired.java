package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What should run of an app.
 *
 * @param release the code and configuration that run
 * @param processes which processes; may be none
 * @param types how the processes of each type are run
 * @param limits what each process may take
 */
public record Desired(
        Release release, List<ProcessName> processes, SortedMap<ProcessType, TypeSettings> types, Limits limits) {
    public Desired {
        processes = List.copyOf(processes);
        types = Collections.unmodifiableSortedMap(new TreeMap<>(types));
    }

    /** What runs of a release for whose app nothing else was set: one process of its main type, without limits. */
    public static Desired of(Release release) {
        return of(release, Formation.usual(release.types()));
    }

    /** These processes of a release for whose app nothing else was set. */
    public static Desired of(Release release, Formation formation) {
        return new Desired(release, formation.processes(), new TreeMap<>(), Limits.NONE);
    }

    /**
     * What runs of a release of this app.
     *
     * @throws Refusal if it has neither a process that is kept running nor files to serve, or if several processes of an
     *     exclusive type would run
     */
    public static Desired of(AppState app, Release release) {
        if (release.types().isEmpty() && release.site() == null) {
            throw new Refusal(release.name() + " of " + release.app()
                    + " has no process to run; add a line 'web: COMMAND' to the Procfile and push");
        }
        AppState heeding = DesiredFormation.heeding(app, release);
        heeding.requireExclusiveOnes(release.types());
        return new Desired(release, heeding.scale().processes(release.types()), app.types(), Limits.NONE);
    }

    /** What runs of the current release of this app; nothing if it is stopped. Never refuses. */
    static Desired running(AppState app, Release current) {
        List<ProcessName> processes =
                app.up() ? DesiredFormation.heeding(app, current).scale().processes(current.types()) : List.of();
        return new Desired(current, processes, app.types(), Limits.NONE);
    }

    /** The app. */
    public AppName app() {
        return release.app();
    }

    /** How the processes of a type are run. */
    public TypeSettings settings(ProcessType type) {
        return types.getOrDefault(type, TypeSettings.DEFAULT);
    }
}
