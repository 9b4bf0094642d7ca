package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes the routes what the desired state and the instances say. Every look and the change that follows from it happen
 * in one thread, so that a later look is never overtaken by an earlier one.
 */
final class Routing implements AutoCloseable {
    private final Apps apps;
    private final Releases releases;
    private final Instances instances;
    private final Routes routes;
    private final Events events;
    private final ExecutorService thread;

    Routing(Apps apps, Releases releases, Instances instances, Routes routes, Events events) {
        this.apps = apps;
        this.releases = releases;
        this.instances = instances;
        this.routes = routes;
        this.events = events;
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, "routing");
                    made.setDaemon(true);
                    return made;
                });
        one.allowCoreThreadTimeOut(true);
        this.thread = one;
    }

    /** Has the app's route made right, some time soon; a problem is told to the app's log. */
    void refreshLater(AppName app) {
        CompletableFuture.runAsync(() -> refreshNow(app), thread).exceptionally(problem -> {
            Throwable cause =
                    problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
            events.publish(new Event.Routed(app, String.valueOf(cause.getMessage())));
            return null;
        });
    }

    /** Makes the app's route right; returns when the router has acknowledged; throws {@link Refusal} if it does not. */
    void refresh(AppName app) {
        try {
            CompletableFuture.runAsync(() -> refreshNow(app), thread).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    private void refreshNow(AppName app) {
        Optional<AppState> state = apps.find(app);
        if (state.isEmpty()) {
            return;
        }
        boolean up = state.get().up();
        List<Endpoint> targets = up ? instances.endpoints(app) : List.of();
        Site site = up ? releases.site(app).orElse(null) : null;
        routes.set(app, state.get().port(), targets, site, reason(state.get()));
    }

    /** What a client is told while the app has nothing that answers. */
    String reason(AppState state) {
        if (!state.up()) {
            return state.app() + " is stopped; `tinyserv ps:start -a " + state.app() + "` starts it";
        }
        Release release = releases.current(state.app());
        if (release.slug() == null) {
            return state.app() + " has never been deployed; `git push tinyserv main` deploys it";
        }
        if (!release.takesRequests()) {
            return state.app() + " has no web process";
        }
        String what = instances.hasCrashed(state.app()) ? " has crashed" : " is not running yet";
        return state.app() + what + "; `tinyserv logs -a " + state.app() + "` tells why";
    }

    /** Lets go of the thread. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
