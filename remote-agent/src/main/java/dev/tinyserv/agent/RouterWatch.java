package dev.tinyserv.agent;

import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.buildpacks.process.Daemon;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a router when there is none. A router that dies is started again by its keeper; this is for a keeper that
 * died, too, or was never started. A second router on one root ends by itself, so starting one too many is harmless.
 */
final class RouterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterWatch.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK_EACH = Duration.ofSeconds(2);
    private static final int LOOKS_BEFORE_HELP = 3;

    private final Installation installation;
    private final RouterClient router;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Daemon.named("router-watch"));
    private int missed;

    RouterWatch(Installation installation, RouterClient router) {
        this.installation = installation;
        this.router = router;
    }

    /** Starts a router if none runs; returns at once, so that agent and router start at the same time. */
    static void startRouter(Installation installation) {
        if (LockHolder.of(installation.layout().routerLock()).isEmpty()) {
            installation.startKept("router");
        }
    }

    /** Watches the router until {@link #close}. */
    void start() {
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                this::look, START_LIMIT.toMillis(), LOOK_EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until the router has put its routes into force, for 10 s at most; logs if it has not. */
    void awaitRouter() {
        if (!router.awaitReady(START_LIMIT)) {
            LOG.error("the router does not answer yet; logs/router.log may tell why");
        }
    }

    private void look() {
        missed = router.isConnected() ? 0 : missed + 1;
        if (missed >= LOOKS_BEFORE_HELP) {
            missed = 0;
            LOG.error("the router does not answer; starting one");
            try {
                installation.startKept("router");
            } catch (RuntimeException e) {
                LOG.error("cannot start a router", e);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
