package dev.tinyserv.agent;

import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.agent.route.control.RouterStatus;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the router for its status. A router that did not answer is not asked again for 3 s: a status or an examination
 * asks several times, and would wait each time. Safe for several threads.
 */
final class RouterQuestion {
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final RouterClient router;
    private volatile long notBefore = System.nanoTime();

    RouterQuestion(RouterClient router) {
        this.router = router;
    }

    /** The router's status; empty if it does not answer, or has just not answered. */
    Optional<RouterStatus> ask() {
        if (!router.isConnected() || System.nanoTime() - notBefore < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(router.status());
        } catch (Refusal e) {
            notBefore = System.nanoTime() + SILENCE.toNanos();
            return Optional.empty();
        }
    }
}
