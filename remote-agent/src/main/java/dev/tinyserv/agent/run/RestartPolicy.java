package dev.tinyserv.agent.run;

import java.time.Duration;

/**
 * When a process that crashed is started again: at once, then after a delay from 10 s that doubles up to 300 s. After
 * 10 min up a process counts as healthy: its next crash is a first one again.
 *
 * @param crashes how many times it has crashed in a row
 */
record RestartPolicy(int crashes) {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
    private static final Duration HEALTHY = Duration.ofMinutes(10);
    private static final int DOUBLINGS = 5;

    /** The policy of a new release. */
    static RestartPolicy fresh() {
        return new RestartPolicy(0);
    }

    /** The policy after one more crash of a process that was ready for {@code up}; zero if it never was ready. */
    RestartPolicy afterCrash(Duration up) {
        return new RestartPolicy(up.compareTo(HEALTHY) >= 0 ? 1 : crashes + 1);
    }

    /** How long the next start waits. */
    Duration delay() {
        if (crashes < 2) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST_DELAY.multipliedBy(1L << Math.min(crashes - 2, DOUBLINGS));
        return doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
    }
}
