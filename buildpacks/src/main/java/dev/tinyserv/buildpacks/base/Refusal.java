package dev.tinyserv.buildpacks.base;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a user asked for. The message is one line for that user: it names the thing, the place (file and line
 * where there is one) and the remedy. It never carries a secret.
 */
public class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit status of a command that failed. */
    public static final int FAILED = 1;

    /** Exit status of a command that was called in a wrong way. */
    public static final int USAGE = 2;

    /** Exit status of a command whose output nobody reads any more: that of a process which SIGPIPE has ended. */
    public static final int OUTPUT_LOST = 141;

    private final int exitCode;

    /** A refusal that ends a command with exit status 1. */
    public Refusal(String message) {
        this(message, FAILED, null);
    }

    /** A refusal that ends a command with exit status 1 and keeps what caused it for the log. */
    public Refusal(String message, @Nullable Throwable cause) {
        this(message, FAILED, cause);
    }

    private Refusal(String message, int exitCode, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** A refusal of a wrong call: exit status 2. */
    public static Refusal usage(String message) {
        return new Refusal(message, USAGE, null);
    }

    /**
     * A refusal of the same kind, status and origin without a cause, each of whose texts is what the wording makes of
     * it. A subclass with more than a message overrides {@link #withTexts}.
     */
    public final Refusal reworded(UnaryOperator<String> wording) {
        Refusal other = withTexts(wording);
        other.setStackTrace(getStackTrace());
        return other;
    }

    /** A new refusal of this class, with the texts that the wording makes of this one's, and without a cause. */
    protected Refusal withTexts(UnaryOperator<String> wording) {
        return new Refusal(wording.apply(getMessage()), exitCode, null);
    }

    /** The exit status of a command that this ends. */
    public int exitCode() {
        return exitCode;
    }

    /** The message; never null. */
    @Override
    public String getMessage() {
        return java.util.Objects.requireNonNull(super.getMessage());
    }
}
