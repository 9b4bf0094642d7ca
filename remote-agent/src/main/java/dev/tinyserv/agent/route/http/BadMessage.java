package dev.tinyserv.agent.route.http;

/** An HTTP message that is refused, with the status for the client. Carries no stack trace. */
public final class BadMessage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public BadMessage(int status, String why) {
        super(why, null, false, false);
        this.status = status;
    }

    public static BadMessage request(String why) {
        return new BadMessage(400, why);
    }

    public int status() {
        return status;
    }

    public String why() {
        String why = getMessage();
        return why == null ? "bad message" : why;
    }
}
