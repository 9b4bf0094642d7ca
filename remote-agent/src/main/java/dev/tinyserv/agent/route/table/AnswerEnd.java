package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.route.http.Framing;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.Response;
import org.jspecify.annotations.Nullable;

/**
 * The end of an answer. Bytes that an app sends behind it would be taken for the next answer.
 *
 * @param kind what ended it
 * @param app the app, whose log is told if more comes
 * @param answer the request and the status, for that log; empty where they do not matter
 * @param key tells answers without a body apart, by a hash of their request; null if no watch is long enough
 */
public record AnswerEnd(
        Kind kind, AppName app, String answer, @Nullable Long key) {
    private static final String ONE_EACH = "; from now on each of its connections serves one request";
    private static final String DROPPED = ", which must not have one; it is thrown away";

    /** What ended an answer, with the fault of an app that sends more. */
    public enum Kind {
        /** Its request had a body, which the app may take for a request and answer, too. */
        AFTER_BODY("sent more behind its answer to a request with a body; has it read the body?"),
        /** It is an answer to HEAD. */
        HEAD("sent a body with an answer to HEAD" + DROPPED),
        NO_CONTENT("sent a body with a 204" + DROPPED),
        NOT_MODIFIED("sent a body with a 304" + DROPPED),
        LENGTH("sent more than its Content-Length" + ONE_EACH),
        CHUNKED("sent more behind its last chunk" + ONE_EACH);

        private final String fault;

        Kind(String fault) {
            this.fault = fault;
        }

        /** Whether the status or the method excludes a body, whatever the head says. */
        public boolean isBare() {
            return this == HEAD || this == NO_CONTENT || this == NOT_MODIFIED;
        }

        /**
         * Whether the answer is the last of its connection, however the app behaves. An app that has not read a body
         * takes it for the beginning of the next request, perhaps a stranger's.
         */
        public boolean isLast() {
            return this == HEAD || this == AFTER_BODY;
        }
    }

    public static Kind kind(Response answer, Request request) {
        if (request.hasBody()) {
            return Kind.AFTER_BODY;
        }
        if (request.head()) {
            return Kind.HEAD;
        }
        return switch (answer.status()) {
            case 204 -> Kind.NO_CONTENT;
            case 304 -> Kind.NOT_MODIFIED;
            default -> answer.framing().kind() == Framing.Kind.CHUNKED ? Kind.CHUNKED : Kind.LENGTH;
        };
    }

    /** One line for the app's log. */
    public String fault(Endpoint from) {
        return (answer.isEmpty() ? "" : answer + " ") + from + " " + kind.fault;
    }
}
