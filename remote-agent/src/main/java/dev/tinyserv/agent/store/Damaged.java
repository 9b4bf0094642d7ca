package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Refuses a file of ours that could be read but does not hold what it should. */
public final class Damaged extends Refusal {
    private static final long serialVersionUID = 1L;

    private final String what;

    Damaged(String what, String remedy, @Nullable Throwable cause) {
        super(what + "; " + remedy, cause);
        this.what = what;
    }

    private Damaged(String what, String message) {
        super(message);
        this.what = what;
    }

    @Override
    protected Refusal withTexts(UnaryOperator<String> wording) {
        return new Damaged(wording.apply(what), wording.apply(getMessage()));
    }

    /** The file and what is wrong with it, without the message's remedy: for callers that know a better remedy. */
    public String what() {
        return what;
    }
}
