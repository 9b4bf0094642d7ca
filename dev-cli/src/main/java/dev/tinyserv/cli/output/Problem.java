package dev.tinyserv.cli.output;

/** Why a command did not work, told to the user in one line that names what, where and what to do. */
public final class Problem extends RuntimeException {
    private final int status;
    private final String message;

    private Problem(int status, String message) {
        super(message, null, false, false);
        this.message = message;
        this.status = status;
    }

    /** Something failed: exit status 1. */
    public static Problem failed(String message) {
        return new Problem(1, message);
    }

    /** The command was called wrongly: exit status 2. */
    public static Problem usage(String message) {
        return new Problem(2, message);
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** The exit status of the command. */
    public int status() {
        return status;
    }
}
