package dev.tinyserv.agent.route;

/** A message that is not taken, with the status that says so. Thrown by the parser; carries no stack trace. */
final class BadMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadMessage(int status, String why) {
        super(why, null, false, false);
        this.status = status;
    }

    static BadMessage request(String why) {
        return new BadMessage(400, why);
    }

    int status() {
        return status;
    }

    String why() {
        String why = getMessage();
        return why == null ? "bad message" : why;
    }
}
