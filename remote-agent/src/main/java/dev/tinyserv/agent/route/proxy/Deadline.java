package dev.tinyserv.agent.route.proxy;

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

    boolean isOver(long nanoTime) {
        return set && nanoTime - at >= 0;
    }
}
