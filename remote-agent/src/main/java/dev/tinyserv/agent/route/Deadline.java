package dev.tinyserv.agent.route;

import java.time.Duration;

/** When a connection has waited long enough; checked a few times a second, so setting it costs nothing. */
final class Deadline {
    private boolean set;
    private long at;

    void in(Duration time, long nanoTime) {
        set = true;
        at = nanoTime + time.toNanos();
    }

    void clear() {
        set = false;
    }

    /** Whether it ends before another; one that is not set never ends. */
    boolean isBefore(Deadline other) {
        return set && (!other.set || at - other.at < 0);
    }

    boolean isOver(long nanoTime) {
        return set && nanoTime - at >= 0;
    }
}
