package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes outgoing heads. Start lines and framings are written anew, never copied. */
public final class HeadWriter {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] VERSION_LINE_END = ascii(" HTTP/1.1\r\n");
    private static final byte[] HOST = ascii("Host: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] REQUEST_ID = ascii("X-Request-Id: ");
    private static final byte[] STATUS_LINE = ascii("HTTP/1.1 ");
    private static final int MAX_ID = 128;

    private HeadWriter() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes the request for the app.
     *
     * @param forwarding writes the fields on the origin of the request
     * @param ownHost the authority for a request that has none
     * @param requestId the id for a request without a valid one
     */
    public static void request(
            ByteBuf out, Head head, Request request, Forwarding forwarding, String ownHost, String requestId) {
        byte[] bytes = head.bytes();
        out.writeBytes(bytes, 0, request.methodEnd()).writeByte(' ');
        if (request.targetStart() == request.targetEnd() || bytes[request.targetStart()] == '?') {
            out.writeByte('/');
        }
        out.writeBytes(bytes, request.targetStart(), request.targetEnd() - request.targetStart());
        out.writeBytes(VERSION_LINE_END);
        String host =
                request.hostEnd() > request.hostStart() ? head.text(request.hostStart(), request.hostEnd()) : ownHost;
        out.writeBytes(HOST);
        out.writeCharSequence(host, StandardCharsets.US_ASCII);
        out.writeBytes(CRLF);
        int idField = -1;
        for (int i = 0; i < head.count(); i++) {
            HeaderName name = head.name(i);
            if (name == null || name.passedToApp()) {
                if (!request.connection().names(head, i)) {
                    head.writeField(i, out);
                }
            } else if (name == HeaderName.X_REQUEST_ID && idField < 0 && isSaneId(head, i)) {
                idField = i;
            } else if (name == HeaderName.UPGRADE && request.upgrade()) {
                head.writeField(i, out);
            }
        }
        if (request.upgrade()) {
            out.writeBytes(UPGRADE);
        }
        writeFraming(out, request.framing());
        forwarding.write(out, head, host);
        out.writeBytes(REQUEST_ID);
        if (idField < 0) {
            out.writeCharSequence(requestId, StandardCharsets.US_ASCII);
        } else {
            out.writeBytes(bytes, head.valueStart(idField), head.valueEnd(idField) - head.valueStart(idField));
        }
        out.writeBytes(CRLF).writeBytes(CRLF);
    }

    private static boolean isSaneId(Head head, int field) {
        int start = head.valueStart(field);
        int end = head.valueEnd(field);
        for (int i = start; i < end; i++) {
            byte b = head.bytes()[i];
            if (!Octets.isAlphanumeric(b) && "-_.:+/=@".indexOf(b) < 0) {
                return false;
            }
        }
        return end > start && end - start <= MAX_ID && !head.disguised(field);
    }

    /**
     * Writes the response for the client.
     *
     * @param framing the framing of the outgoing body; null for none
     * @param http11 whether the client speaks HTTP/1.1
     * @param more a field that the app has not sent; null for none
     */
    public static void response(
            ByteBuf out,
            Head head,
            Response response,
            @Nullable Framing framing,
            boolean http11,
            boolean keepAlive,
            @Nullable Field more) {
        boolean switching = response.status() == 101;
        out.writeBytes(STATUS_LINE);
        out.writeBytes(head.bytes(), 9, head.lineEnd() - 9);
        if (head.lineEnd() == 12) {
            out.writeByte(' ');
        }
        out.writeBytes(CRLF);
        for (int i = 0; i < head.count(); i++) {
            HeaderName name = head.name(i);
            if (name == null || name.passedToClient() || (name == HeaderName.UPGRADE && switching)) {
                if (name == HeaderName.UPGRADE || !response.connection().names(head, i)) {
                    head.writeField(i, out);
                }
            }
        }
        if (more != null) {
            out.writeCharSequence(more.name() + ": " + more.value() + "\r\n", StandardCharsets.US_ASCII);
        }
        if (switching) {
            out.writeBytes(UPGRADE);
        } else if (!response.informational()) {
            if (framing != null) {
                writeFraming(out, framing);
            }
            if (!keepAlive) {
                out.writeBytes(CLOSE);
            } else if (!http11) {
                out.writeBytes(KEEP_ALIVE);
            }
        }
        out.writeBytes(CRLF);
    }

    private static void writeFraming(ByteBuf out, Framing framing) {
        if (framing.kind() == Framing.Kind.CHUNKED) {
            out.writeBytes(CHUNKED);
        } else if (framing.kind() == Framing.Kind.LENGTH) {
            out.writeBytes(LENGTH);
            out.writeCharSequence(Long.toString(framing.length()), StandardCharsets.US_ASCII);
            out.writeBytes(CRLF);
        }
    }

    /** Writes the end of a chunked body with its trailers; fields that frame or route a message are left out. */
    static void trailers(ByteBuf out, Head trailers) {
        out.writeBytes(ascii("0\r\n"));
        for (int i = 0; i < trailers.count(); i++) {
            if (trailers.name(i) == null) {
                trailers.writeField(i, out);
            }
        }
        out.writeBytes(CRLF);
    }

    /** Writes a whole answer of the router's own, with one line of text. */
    public static void answer(ByteBuf out, int status, String line, boolean keepAlive, boolean toHead) {
        byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("Content-Type", "text/plain; charset=utf-8"));
        fields.add(new Field("Content-Length", Integer.toString(body.length)));
        if (status == 405) {
            fields.add(new Field("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
        }
        if (!keepAlive) {
            fields.add(new Field("Connection", "close"));
        }
        own(out, status, fields);
        if (!toHead) {
            out.writeBytes(body);
        }
    }

    /** Writes the head of an answer of the router's own, with these fields in this order. */
    public static void own(ByteBuf out, int status, List<Field> fields) {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(HttpResponseStatus.valueOf(status).reasonPhrase())
                .append("\r\n");
        for (Field field : fields) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        out.writeCharSequence(head.append("\r\n"), StandardCharsets.UTF_8);
    }
}
