package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.git.GitReceiver;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The beginning and the end of an app. Safe for several threads. */
public final class Lifecycle {
    private static final int LAST_PORT = 65535;

    private final AgentSettings settings;
    private final Deployer deployer;
    private final Apps apps;
    private final Releases releases;
    private final GitReceiver git;
    private final BuildPipeline pipeline;
    private final Instances instances;
    private final Routes routes;
    private final Events events;
    private final Clock clock;
    /** Ports that creations under way are trying, so that no two try the same one. */
    private final Set<Integer> portsInHand = ConcurrentHashMap.newKeySet();

    /** A lifecycle that waits in the same queues as the deployer. */
    public Lifecycle(
            AgentSettings settings,
            Deployer deployer,
            Apps apps,
            Releases releases,
            GitReceiver git,
            BuildPipeline pipeline,
            Instances instances,
            Routes routes,
            Events events,
            Clock clock) {
        this.settings = settings;
        this.deployer = deployer;
        this.apps = apps;
        this.releases = releases;
        this.git = git;
        this.pipeline = pipeline;
        this.instances = instances;
        this.routes = routes;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Creates an app: a repository, a stable port that the router listens on, and release v1.
     *
     * @throws Refusal if the name is taken or no port is free
     */
    public AppState create(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("create apps");
        DeployQueue.Turn turn = deployer.queue().enter(app, "the creation by " + by.name(), transcript, cancellation);
        try (turn) {
            if (apps.find(app).isPresent()) {
                throw new Refusal("the name '" + app + "' is taken; choose another one");
            }
            requireNothingOf(app);
            cleanUp(app);
            int port = claimPort(app);
            AppState state = new AppState(app, port, true, clock.instant(), by.name());
            try {
                git.create(app);
                releases.createInitial(state, by.name());
                apps.put(state);
            } catch (RuntimeException e) {
                routes.remove(app);
                throw e;
            } finally {
                portsInHand.remove(port);
            }
            deployer.routing().refresh(app);
            events.publish(new Event.Changed(app, "created by " + by.name() + " on port " + port));
            return state;
        }
    }

    /** What a creation that was cut off has left may go; whatever holds somebody's work may not. */
    private void requireNothingOf(AppName app) {
        boolean holdsWork = (git.exists(app) && git.tip(app).isPresent()) || releases.hasMoreThanTheFirst(app);
        if (holdsWork) {
            throw new Refusal("repository or releases of an earlier app '" + app + "' lie under "
                    + settings.layout().root() + ", but not its apps/" + app + ".json: restore that file and restart,"
                    + " or move repositories/" + app + ", releases/" + app + " and releases/" + app + ".json away");
        }
    }

    private int claimPort(AppName app) {
        Set<Integer> taken = apps.ports();
        for (int port = settings.startPort(); port <= LAST_PORT; port++) {
            boolean ours =
                    port == settings.sshPort() || settings.instancePorts().contains(port);
            if (ours || taken.contains(port) || !portsInHand.add(port)) {
                continue;
            }
            boolean claimed = false;
            try {
                // A port may have become another app's between our look and our mark.
                claimed = !apps.ports().contains(port)
                        && routes.claim(
                                app, port, app + " has never been deployed; `git push tinyserv main` deploys it");
            } finally {
                if (!claimed) {
                    portsInHand.remove(port);
                }
            }
            if (claimed) {
                return port;
            }
        }
        throw new Refusal("no port from " + settings.startPort() + " up is free; destroy an app or move"
                + " TINYSERV_START_PORT");
    }

    /**
     * Destroys an app with its repository, builds, releases and log. What it keeps across releases (its data) stays
     * unless asked for.
     */
    public void destroy(AppName app, Account by, boolean withData, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("destroy apps");
        apps.get(app);
        DeployQueue.Turn turn =
                deployer.queue().enter(app, "the destruction by " + by.name(), transcript, cancellation);
        try (turn) {
            apps.get(app);
            instances.stop(app, "destroyed by " + by.name());
            deployer.routing().forget(app, () -> apps.remove(app));
            cleanUp(app);
            if (withData) {
                delete(app);
            }
            events.publish(new Event.Destroyed(app, "destroyed by " + by.name()));
        }
    }

    /** Deletes what a destroyed app, or a creation that was cut off, has left. */
    private void cleanUp(AppName app) {
        git.destroy(app);
        pipeline.forget(app);
        releases.forget(app);
    }

    private void delete(AppName app) {
        try {
            FileTree.delete(settings.layout().data(app));
        } catch (IOException e) {
            throw new Refusal("cannot delete " + settings.layout().data(app) + ": " + JsonStore.reason(e), e);
        }
    }
}
