package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The routes of apps, as the deployer sees them. Changes of one app come one after another. */
public interface Routes {
    /**
     * Sends the requests of an app's stable port to these targets from now on. Without targets the files of the site
     * answer; without both, 503 with the reason.
     *
     * @param affinity which of several targets gets a request
     * @param site with an absolute folder; null for none
     * @param reason one line, shown to clients while there are neither targets nor a site
     * @return completes when the router has acknowledged. Fails with a {@link dev.tinyserv.buildpacks.base.Refusal} if
     *     the router is away for 10 s; the router gets the route when it is back. Fails with a {@link PortNotServed} if
     *     the router cannot bind the port; the router goes on trying
     */
    CompletableFuture<Void> set(
            AppName app, int port, List<Endpoint> targets, Affinity affinity, @Nullable Site site, String reason);

    /**
     * Completes, however late, when the router has applied the last {@link #set} or {@link #remove} of the app, or a
     * later one. Fails if the router refuses that.
     */
    CompletableFuture<Void> followed(AppName app);

    /**
     * As {@link #set} for a new app without targets, but blocks, and takes the route back if the port cannot be bound.
     *
     * @return whether the router listens on the port now
     */
    boolean claim(AppName app, int port, String reason);

    /** Removes the route. Blocks until the router has acknowledged and the port is free. */
    void remove(AppName app);

    /** Blocks until no request to these endpoints is under way, at most for the limit. No route names them any more. */
    void drain(List<Endpoint> endpoints, Duration limit);
}
