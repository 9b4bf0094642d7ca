package dev.tinyserv.agent;

import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.agent.route.control.RouterStatus;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks the router how it does. One that has just been silent is not asked again at once: a status or an examination asks
 * several times, and would wait as often. Safe for several threads.
 */
final class RouterQuestion {
    private static final Duration SILENCE = Duration.ofSeconds(3);

    private final RouterClient router;
    private volatile long notBefore = System.nanoTime();

    RouterQuestion(RouterClient router) {
        this.router = router;
    }

    /** The router as it says it is; empty if it does not answer. */
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
