package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of processes that were replaced: first no route names them, then their requests are done, then they stop. */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private final Instances instances;
    private final Routes routes;
    private final Routing routing;
    private final Executor background;
    private final Duration drainTimeout;

    Retirement(Instances instances, Routes routes, Routing routing, Executor background, Duration drainTimeout) {
        this.instances = instances;
        this.routes = routes;
        this.routing = routing;
        this.background = background;
        this.drainTimeout = drainTimeout;
    }

    /**
     * Takes these out of the app's route, lets their requests end, and ends them. Blocks.
     *
     * @throws Refusal if the router does not acknowledge; then they are ended in the background once it has followed
     */
    void now(AppName app, List<Batch.Member> former, String why) {
        try {
            routing.refresh(app);
        } catch (Refusal e) {
            later(app, former, why);
            throw e;
        }
        end(former, why);
    }

    /** As {@link #now}, for those that no route names any more. Blocks. */
    void end(List<Batch.Member> former, String why) {
        List<Endpoint> endpoints = Batch.endpoints(former);
        if (!endpoints.isEmpty()) {
            routes.drain(endpoints, drainTimeout);
        }
        instances.end(former, why);
    }

    /** Ends these once no route in force names them. Does not block. */
    void later(AppName app, List<Batch.Member> former, String why) {
        CompletableFuture<Void> unrouted =
                Batch.endpoints(former).isEmpty() ? CompletableFuture.completedFuture(null) : routing.followed(app);
        after(unrouted, former, why, () -> {});
    }

    /** Ends these after something, then runs {@code afterwards}. Does not block. */
    void after(CompletableFuture<Void> unrouted, List<Batch.Member> former, String why, Runnable afterwards) {
        Runnable end = () -> {
            routes.drain(Batch.endpoints(former), drainTimeout);
            instances.end(former, why);
            afterwards.run();
        };
        unrouted.thenRunAsync(end, LogContext.carrying(background)).exceptionally(problem -> {
            LOG.error("what is to be ended ({}) cannot be", why, problem);
            return null;
        });
    }

    /** Ends the instances replaced before or when this agent started, once no route in force names them. Does not block. */
    void left(AppName app) {
        List<Batch.Member> left = instances.retired(app);
        if (!left.isEmpty()) {
            after(routing.followed(app), left, "another release took over", () -> {});
        }
    }
}
