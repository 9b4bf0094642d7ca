package dev.tinyserv.agent.route.http;

/**
 * A request's head after all checks.
 *
 * @param methodEnd where the method ends in the head's bytes; it begins at 0
 * @param targetStart where the path begins
 * @param targetEnd where path and query end
 * @param hostStart where the authority begins
 * @param hostEnd where the authority ends; hostStart if there is none (HTTP/1.0)
 * @param http11 whether the client speaks HTTP/1.1
 * @param keepAlive whether the client's connection may be used again
 * @param upgrade whether the client asks for another protocol
 * @param repeatable whether the request may be sent again after a connection broke
 * @param head whether it is a HEAD request
 * @param framing the framing of its body
 * @param connection the options of its {@code Connection} fields
 */
public record Request(
        int methodEnd,
        int targetStart,
        int targetEnd,
        int hostStart,
        int hostEnd,
        boolean http11,
        boolean keepAlive,
        boolean upgrade,
        boolean repeatable,
        boolean head,
        Framing framing,
        Connection connection) {
    public boolean hasBody() {
        return framing.hasBytes();
    }
}
