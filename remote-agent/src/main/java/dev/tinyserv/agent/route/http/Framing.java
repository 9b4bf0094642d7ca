package dev.tinyserv.agent.route.http;

import org.jspecify.annotations.Nullable;

/**
 * How the end of a body is found.
 *
 * @param kind how
 * @param length the bytes of the body if the kind is LENGTH; else 0
 */
public record Framing(Kind kind, long length) {
    public enum Kind {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    public static final Framing NONE = new Framing(Kind.NONE, 0);
    static final Framing EMPTY = new Framing(Kind.LENGTH, 0);
    public static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
    public static final Framing UNTIL_CLOSE = new Framing(Kind.UNTIL_CLOSE, 0);

    private static final int MAX_DIGITS = 18;

    /** Whether a body may follow the head. */
    public boolean hasBytes() {
        return kind == Kind.CHUNKED || kind == Kind.UNTIL_CLOSE || length > 0;
    }

    /** The framing in the head; null for none. Throws {@link BadMessage} if it is ambiguous. */
    static @Nullable Framing declared(Head head, boolean http11) {
        @Nullable Framing framing = null;
        for (int i = 0; i < head.count(); i++) {
            HeaderName name = head.name(i);
            if ((name != HeaderName.CONTENT_LENGTH && name != HeaderName.TRANSFER_ENCODING) || head.disguised(i)) {
                continue;
            }
            if (framing != null) {
                throw BadMessage.request("more than one Content-Length or Transfer-Encoding");
            }
            framing = name == HeaderName.CONTENT_LENGTH ? length(head, i) : chunked(head, i, http11);
        }
        return framing;
    }

    private static Framing chunked(Head head, int field, boolean http11) {
        if (!http11 || !Octets.same(head.bytes(), head.valueStart(field), head.valueEnd(field), "chunked")) {
            throw BadMessage.request("a Transfer-Encoding other than chunked");
        }
        return CHUNKED;
    }

    private static Framing length(Head head, int field) {
        int start = head.valueStart(field);
        int end = head.valueEnd(field);
        if (end == start || end - start > MAX_DIGITS) {
            throw BadMessage.request("a bad Content-Length");
        }
        long length = 0;
        for (int i = start; i < end; i++) {
            byte b = head.bytes()[i];
            if (!Octets.isDigit(b)) {
                throw BadMessage.request("a bad Content-Length");
            }
            length = length * 10 + (b - '0');
        }
        return length == 0 ? EMPTY : new Framing(Kind.LENGTH, length);
    }
}
