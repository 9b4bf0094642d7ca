package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.base.Refusal;

/**
 * What should run of an app.
 *
 * @param release the code and configuration that run
 * @param formation how many processes of which type; none for an app whose files the router serves
 * @param limits what each process may take
 */
public record Desired(Release release, Formation formation, Limits limits) {
    /**
     * What runs of a release for whose app nothing else was set: one process of its main type, without limits.
     *
     * @throws Refusal if it has several types and none is {@code web}, or neither a process nor files to serve
     */
    public static Desired of(Release release) {
        return of(release, Formation.usual(release.processes().keySet()));
    }

    /** What runs of a release of this app by the app's own formation. Else as {@link #of(Release)}. */
    public static Desired of(AppState app, Release release) {
        return of(release, app.formationOf(release.processes().keySet()));
    }

    private static Desired of(Release release, Formation formation) {
        if (formation.counts().isEmpty() && release.site() == null) {
            throw new Refusal(release.name() + " of " + release.app()
                    + " has no process to run; add a line 'web: COMMAND' to the Procfile and push");
        }
        return new Desired(release, formation, Limits.NONE);
    }

    /** The app. */
    public AppName app() {
        return release.app();
    }
}
