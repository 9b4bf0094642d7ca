package dev.tinyserv.agent.app;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended, from the status that a shell gives.
 *
 * @param code the status; null if it is lost, as when the process that was to keep it was killed
 */
public record ExitStatus(@Nullable Integer code) {
    private static final int SIGNALS = 128;
    private static final int LAST_SIGNAL = SIGNALS + 64;

    /** A status that is lost. */
    public static final ExitStatus UNKNOWN = new ExitStatus(null);

    /** Whether the status is 0. */
    public boolean isSuccess() {
        return code != null && code == 0;
    }

    /** The number of the signal that killed the command, from a status of 129 to 192; empty if none did. */
    public OptionalInt signal() {
        return code != null && code > SIGNALS && code <= LAST_SIGNAL
                ? OptionalInt.of(code - SIGNALS)
                : OptionalInt.empty();
    }

    /** In words, such as {@code exited with status 3}. */
    @Override
    public String toString() {
        if (code == null) {
            return "ended without an exit status";
        }
        return signal().isPresent() ? "was killed by signal " + signal().getAsInt() : "exited with status " + code;
    }
}
