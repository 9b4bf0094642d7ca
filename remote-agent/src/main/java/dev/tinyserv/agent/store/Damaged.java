package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import org.jspecify.annotations.Nullable;

/** A file of ours that is there, may be read, and does not hold what it should. */
public final class Damaged extends Refusal {
    private static final long serialVersionUID = 1L;

    private final String what;

    Damaged(String what, String remedy, @Nullable Throwable cause) {
        super(what + "; " + remedy, cause);
        this.what = what;
    }

    /** Which file and why, without the remedy that the message ends with: one who knows of a better one says that. */
    public String what() {
        return what;
    }
}
