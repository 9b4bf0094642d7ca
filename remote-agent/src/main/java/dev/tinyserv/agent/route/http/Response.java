package dev.tinyserv.agent.route.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A response's head after all checks.
 *
 * @param status 100 to 599
 * @param framing how its body ends
 * @param declared the framing in its head, also where no body follows (HEAD, 304); null for none
 * @param keepAlive whether the app's connection may be used again
 * @param keepAliveSeconds the timeout in its {@code Keep-Alive}, in seconds; -1 for none
 * @param connection the options of its {@code Connection} fields
 */
public record Response(
        int status,
        Framing framing,
        @Nullable Framing declared,
        boolean keepAlive,
        int keepAliveSeconds,
        Connection connection) {
    public boolean informational() {
        return status < 200;
    }

    /** Checks an app's answer to a request; throws {@link BadMessage} if it cannot be relayed without ambiguity. */
    public static Response check(Head head, boolean toHead) {
        int status = status(head);
        boolean http11 = head.bytes()[7] == '1';
        Framing declared = Framing.declared(head, http11);
        Connection connection = Connection.of(head);
        boolean empty = toHead || status < 200 || status == 204 || status == 304;
        Framing framing = empty ? Framing.NONE : declared == null ? Framing.UNTIL_CLOSE : declared;
        return new Response(
                status, framing, declared, connection.keepsAlive(http11), keepAliveSeconds(head), connection);
    }

    /** Whether the answer is a stream of events, which goes on as long as its client stays. */
    public static boolean isEventStream(Head head) {
        for (int i = 0; i < head.count(); i++) {
            if (Octets.same(head.bytes(), head.nameStart(i), head.nameEnd(i), "content-type")) {
                return head.value(i).toLowerCase(Locale.ROOT).startsWith("text/event-stream");
            }
        }
        return false;
    }

    private static int status(Head head) {
        byte[] line = head.bytes();
        int end = head.lineEnd();
        boolean form = end >= 12
                && head.text(0, 7).equals("HTTP/1.")
                && (line[7] == '0' || line[7] == '1')
                && line[8] == ' '
                && Octets.isDigit(line[9])
                && Octets.isDigit(line[10])
                && Octets.isDigit(line[11])
                && (end == 12 || line[12] == ' ');
        int status = form ? (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0' : 0;
        if (status < 100 || status > 999) {
            throw BadMessage.request("a bad status line");
        }
        return status;
    }

    private static int keepAliveSeconds(Head head) {
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i) == HeaderName.KEEP_ALIVE) {
                for (String part : head.value(i).split(",", -1)) {
                    String option = part.strip();
                    if (option.matches("timeout=\\d{1,6}")) {
                        return Integer.parseInt(option.substring("timeout=".length()));
                    }
                }
            }
        }
        return -1;
    }
}
