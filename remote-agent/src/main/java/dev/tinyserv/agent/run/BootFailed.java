package dev.tinyserv.agent.run;

import dev.tinyserv.buildpacks.Refusal;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A process did not become ready. */
final class BootFailed extends Refusal {
    private static final long serialVersionUID = 1L;

    private final @Nullable Integer status;

    BootFailed(String message, OptionalInt status) {
        super(message);
        this.status = status.isPresent() ? status.getAsInt() : null;
    }

    /** The exit status, if the process ended and left one. */
    OptionalInt status() {
        return status == null ? OptionalInt.empty() : OptionalInt.of(status);
    }
}
