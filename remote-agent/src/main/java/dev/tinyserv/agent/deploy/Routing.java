package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Scale;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.event.RouteEvent;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives each app's route from its desired state and its instances. The updates of one app run one after another, so
 * an older state never overwrites a newer one. No app waits for another, and no update waits for the router.
 */
final class Routing {
    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private final Apps apps;
    private final Releases releases;
    private final Instances instances;
    private final Routes routes;
    private final Events events;
    private final Executor background;
    private final Executor aSecondLater;
    private final Map<AppName, CompletableFuture<CompletableFuture<Void>>> last = new ConcurrentHashMap<>();

    /**
     * Over the given stages.
     *
     * @param background runs the updates
     */
    Routing(Apps apps, Releases releases, Instances instances, Routes routes, Events events, Executor background) {
        this.apps = apps;
        this.releases = releases;
        this.instances = instances;
        this.routes = routes;
        this.events = events;
        this.background = background;
        this.aSecondLater = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, background);
        events.listen(event -> {
            if (event instanceof RunEvent.EndpointsChanged changed) {
                LogContext.about(changed.app(), () -> refreshLater(changed.app()))
                        .run();
            }
        });
    }

    /** Updates the app's route in the background. A problem goes to the app's log. */
    private void refreshLater(AppName app) {
        refreshed(app).exceptionally(problem -> {
            Throwable cause =
                    problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
            if (cause instanceof RejectedExecutionException) {
                LOG.debug("{} is not looked at any more", app, cause); // the agent leaves
            } else {
                events.publish(new RouteEvent.NotRouted(app, String.valueOf(cause.getMessage())));
            }
            return null;
        });
    }

    /** Updates the app's route. Returns when the router has acknowledged; throws a {@link Refusal} if it does not. */
    void refresh(AppName app) {
        await(refreshed(app));
    }

    /**
     * Updates the app's route after a change that counts already. Returns when the router has acknowledged. A failure is
     * told, published and returned, never thrown.
     *
     * @return why the route is not in force; empty if it is
     */
    Optional<Refusal> refreshOrTell(AppName app, Transcript transcript) {
        try {
            refresh(app);
            return Optional.empty();
        } catch (Refusal problem) {
            return Optional.of(told(app, problem, transcript));
        } catch (RuntimeException e) {
            LOG.error("the route of {} cannot be updated", app, e);
            Refusal problem = new Refusal("the route of " + app + " cannot be updated; see the agent's log", e);
            return Optional.of(told(app, problem, transcript));
        }
    }

    private Refusal told(AppName app, Refusal problem, Transcript transcript) {
        transcript.problem(problem.getMessage());
        events.publish(new RouteEvent.NotRouted(app, problem.getMessage()));
        return problem;
    }

    /**
     * Updates the app's route, and tries again each second while that fails. Completes, however late, when the router
     * has applied it.
     */
    CompletableFuture<Void> followed(AppName app) {
        CompletableFuture<Void> followed = new CompletableFuture<>();
        follow(app, followed);
        return followed;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it completes the other one
    private void follow(AppName app, CompletableFuture<Void> followed) {
        Supplier<CompletableFuture<Void>> step = () -> {
            look(app);
            return routes.followed(app);
        };
        inTurn(app, step).whenComplete((done, problem) -> {
            if (problem == null) {
                followed.complete(null);
            } else {
                LOG.debug("{} is routed as before; trying again", app, problem);
                aSecondLater.execute(() -> follow(app, followed));
            }
        });
    }

    /**
     * Removes the app's route, then runs {@code end}, which removes the app itself.
     *
     * @throws Refusal if the router does not acknowledge, or from {@code end}; then the app is routed again
     */
    void forget(AppName app, Runnable end) {
        await(inTurn(app, () -> {
            try {
                routes.remove(app);
                end.run();
                return CompletableFuture.completedFuture(null);
            } catch (RuntimeException e) {
                CompletableFuture<?> unused = look(app); // the router gets the route, however late
                throw e;
            }
        }));
    }

    private static void await(CompletableFuture<Void> done) {
        try {
            done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    /**
     * Has the router listen on a port for a new app.
     *
     * @return whether the router listens on the port
     */
    boolean claim(AppName app, int port) {
        return routes.claim(app, port, neverDeployed(app));
    }

    /** Removes the app's route. Its port is free when this returns. */
    void remove(AppName app) {
        routes.remove(app);
    }

    private CompletableFuture<Void> refreshed(AppName app) {
        return inTurn(app, () -> look(app));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // who asks for a step waits for it
    private CompletableFuture<Void> inTurn(AppName app, Supplier<CompletableFuture<Void>> step) {
        CompletableFuture<CompletableFuture<Void>> turn = last.compute(
                app,
                (name, before) -> (before == null
                                ? CompletableFuture.<CompletableFuture<Void>>completedFuture(null)
                                : before)
                        .handleAsync((told, problem) -> step.get(), LogContext.carrying(background)));
        turn.whenComplete((told, problem) -> last.remove(app, turn));
        return turn.thenCompose(Function.identity());
    }

    private CompletableFuture<Void> look(AppName app) {
        Optional<AppState> state = apps.find(app);
        if (state.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        boolean up = state.get().up();
        List<Endpoint> targets = up ? instances.endpoints(app) : List.of();
        Site site = up ? releases.site(app).orElse(null) : null;
        return routes.set(app, state.get().port(), targets, state.get().affinity(), site, reason(state.get()));
    }

    /** What a client reads while the app has neither an instance nor a site that answers. */
    String reason(AppState state) {
        if (!state.up()) {
            return state.app() + " is stopped; `tinyserv ps:start -a " + state.app() + "` starts it";
        }
        Release release = releases.current(state.app());
        if (release.slug() == null) {
            return neverDeployed(state.app());
        }
        if (!release.takesRequests()) {
            return state.app() + " has no web process";
        }
        Scale scale = DesiredFormation.heeding(state, release).scale();
        if (release.site() == null && scale.processes(List.of(ProcessType.WEB)).isEmpty()) {
            boolean none = scale.formation().count(ProcessType.WEB) == 0;
            return "web of " + state.app()
                    + (none
                            ? " is scaled to 0; `tinyserv ps:scale web=1 -a " + state.app() + "` starts one"
                            : " is stopped; `tinyserv ps:start web -a " + state.app() + "` starts it");
        }
        String what = instances.hasCrashed(state.app()) ? " has crashed" : " is not running yet";
        return state.app() + what + "; `tinyserv logs -a " + state.app() + "` tells why";
    }

    private static String neverDeployed(AppName app) {
        return app + " has never been deployed; `git push tinyserv main` deploys it";
    }
}
