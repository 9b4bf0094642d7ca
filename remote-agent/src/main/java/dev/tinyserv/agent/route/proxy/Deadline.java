package dev.tinyserv.agent.route.proxy;

import java.time.Duration;

/** The deadline of a connection, checked a few times a second, so that setting it is cheap. For one thread. */
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
