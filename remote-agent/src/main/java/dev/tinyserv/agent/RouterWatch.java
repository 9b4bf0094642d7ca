package dev.tinyserv.agent;

import dev.tinyserv.agent.route.RouterClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that there is a router. Its own keeper brings it back when it dies; this is for when the keeper died too,
 * or none was started yet. A second router on one root leaves by itself, so one too many is harmless.
 */
final class RouterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterWatch.class);
    private static final Duration FIRST_LOOK = Duration.ofMillis(300);
    private static final int LOOKS_BEFORE_HELP = 3;

    private final Installation installation;
    private final RouterClient router;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "router-watch");
        thread.setDaemon(true);
        return thread;
    });
    private int missed;

    RouterWatch(Installation installation, RouterClient router) {
        this.installation = installation;
        this.router = router;
    }

    void start() {
        if (!router.awaitReady(FIRST_LOOK)) {
            installation.startKept("router");
            router.awaitReady(Duration.ofSeconds(10));
        }
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(this::look, 2, 2, TimeUnit.SECONDS);
    }

    private void look() {
        missed = router.awaitReady(Duration.ZERO) ? 0 : missed + 1;
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
