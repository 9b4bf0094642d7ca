package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import org.jspecify.annotations.Nullable;

/** Refuses a file of ours that could be read but does not hold what it should. */
public final class Damaged extends Refusal {
    private static final long serialVersionUID = 1L;

    private final String what;

    Damaged(String what, String remedy, @Nullable Throwable cause) {
        super(what + "; " + remedy, cause);
        this.what = what;
    }

    /** The file and what is wrong with it, without the message's remedy: for callers that know a better remedy. */
    public String what() {
        return what;
    }
}
