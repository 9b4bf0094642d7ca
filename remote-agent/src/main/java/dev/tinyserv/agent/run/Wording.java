package dev.tinyserv.agent.run;

import java.time.Duration;
import java.util.OptionalInt;

/** How events and refusals say things. */
final class Wording {
    private static final int SIGNALS = 128;
    private static final int LAST_SIGNAL = SIGNALS + 64;

    private Wording() {}

    /** How a command ended, from the status that a shell gives. */
    static String ended(OptionalInt status) {
        if (status.isEmpty()) {
            return "ended without an exit status";
        }
        int value = status.getAsInt();
        return value > SIGNALS && value <= LAST_SIGNAL
                ? "was killed by signal " + (value - SIGNALS)
                : "exited with status " + value;
    }

    /** A time, such as {@code 312 ms}, {@code 60 s} or {@code 1 h}. */
    static String time(Duration time) {
        if (time.toMillis() % 1000 != 0) {
            return time.toMillis() < 10_000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
        }
        long seconds = time.toSeconds();
        if (seconds >= 3600 && seconds % 3600 == 0) {
            return seconds / 3600 + " h";
        }
        return seconds > 300 && seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
