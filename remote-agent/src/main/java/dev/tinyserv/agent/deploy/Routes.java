package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the deployer needs of the router. The changes of one app come one after the other. */
public interface Routes {
    /**
     * Sends the requests of an app's stable port to these targets from now on, or answers them with the files of its
     * site, or with 503 and the reason when there is neither.
     *
     * @param site its folder is absolute; null for none
     * @param reason one line, shown to clients while there is neither
     * @return completes when the router has acknowledged; fails with a {@link dev.tinyserv.buildpacks.base.Refusal} if it is
     *     away for more than a few seconds (it is told as soon as it is back), or could not bind the port (it goes on
     *     trying)
     */
    CompletableFuture<Void> set(AppName app, int port, List<Endpoint> targets, @Nullable Site site, String reason);

    /**
     * Completes, however long that takes, when the router has followed the last {@link #set} or {@link #remove} of the app
     * or a later one; fails if the router refuses it.
     */
    CompletableFuture<Void> followed(AppName app);

    /**
     * As {@link #set} without targets for a new app, but waits, and takes the route back if the port cannot be bound.
     *
     * @return whether the router listens on the port now
     */
    boolean claim(AppName app, int port, String reason);

    /** Forgets the app; its port is free when this returns, after the router has acknowledged. */
    void remove(AppName app);

    /** Waits until no request is under way to any of these endpoints, which no route names any more. */
    void drain(List<Endpoint> endpoints, Duration limit);
}
