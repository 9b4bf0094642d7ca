package dev.tinyserv.agent.run;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The wall clock and the monotonic clock.
 *
 * @param wall for people; it may jump
 * @param monotonic for measuring, in nanoseconds
 */
record Clocks(Clock wall, LongSupplier monotonic) {
    Instant now() {
        return wall.instant();
    }

    long nanos() {
        return monotonic.getAsLong();
    }
}
