package dev.tinyserv.buildpacks.base;

import java.time.Duration;

/** Durations for people. */
public final class Durations {
    private static final long MILLIS_UP_TO = 10_000;
    private static final long SECONDS_UP_TO = 300;

    private Durations() {}

    /** The duration as {@code 312 ms}, {@code 60 s}, {@code 10 min} or {@code 1 h}. */
    public static String of(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() < MILLIS_UP_TO ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
        }
        long seconds = duration.toSeconds();
        if (seconds >= 3600 && seconds % 3600 == 0) {
            return seconds / 3600 + " h";
        }
        return seconds > SECONDS_UP_TO && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
