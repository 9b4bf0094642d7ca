package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of an app go.
 *
 * @param app the app
 * @param fronts where clients reach the app; at least one
 * @param targets the endpoints of its instances; empty if none takes requests
 * @param otherwise the answer while there are no targets
 * @param affinity which of several targets gets a request
 */
public record AppRoute(
        AppName app, List<Front> fronts, List<Endpoint> targets, Otherwise otherwise, Affinity affinity) {
    /** Copies the lists. */
    public AppRoute {
        fronts = List.copyOf(fronts);
        targets = List.copyOf(targets);
        if (fronts.isEmpty()) {
            throw new IllegalArgumentException(app + " has no front");
        }
    }

    /** A route without affinity. */
    public AppRoute(AppName app, List<Front> fronts, List<Endpoint> targets, Otherwise otherwise) {
        this(app, fronts, targets, otherwise, Affinity.NONE);
    }

    /** This route with its requests sent to several targets in another way. */
    public AppRoute withAffinity(Affinity wanted) {
        return new AppRoute(app, fronts, targets, otherwise, wanted);
    }

    /**
     * The route of an app that is reached by its stable port, without affinity.
     *
     * @param port 1 to 65535
     * @param site the files that answer without targets, in an absolute folder; null for none
     * @param reason one line, shown to clients without targets and site
     */
    public static AppRoute of(AppName app, int port, List<Endpoint> targets, @Nullable Site site, String reason) {
        Otherwise otherwise = site == null ? new Otherwise.Page(reason) : new Otherwise.Files(site);
        return new AppRoute(app, List.of(new Front.Port(port)), targets, otherwise);
    }

    /** The ports that are this app's alone. */
    public List<Integer> ports() {
        return fronts.stream()
                .filter(Front.Port.class::isInstance)
                .map(front -> ((Front.Port) front).number())
                .toList();
    }
}
