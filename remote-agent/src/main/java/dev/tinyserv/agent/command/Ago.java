package dev.tinyserv.agent.command;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Points of time for people: {@code 2026-11-20 10:00:12 (~ 1h ago)}, in UTC. */
final class Ago {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private Ago() {}

    static String of(Instant time, Instant now) {
        return FORMAT.format(time) + " (~ " + rough(Duration.between(time, now)) + " ago)";
    }

    private static String rough(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86400 ? seconds / 3600 + "h" : seconds / 86400 + "d";
    }
}
