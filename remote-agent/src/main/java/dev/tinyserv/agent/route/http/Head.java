package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The start line and the fields of one message, as bytes with the offsets of names and values. One object serves all
 * messages of a connection, so that no field costs an object. For one thread.
 */
public final class Head {
    private static final int SPANS = 4;

    private final int maxFields;
    private byte[] bytes = new byte[512];
    private int length;
    private int lineEnd;
    private int[] spans = new int[SPANS * 16];
    private @Nullable HeaderName[] names = new HeaderName[16];
    private int count;

    public Head(int maxFields) {
        this.maxFields = maxFields;
    }

    /**
     * Reads a complete head, with its empty line. Throws {@link BadMessage} if it is malformed.
     *
     * @param startLine whether it begins with a start line; trailers do not
     */
    public void read(ByteBuf in, int size, boolean startLine) {
        if (bytes.length < size) {
            bytes = new byte[Math.max(size, bytes.length * 2)];
        }
        in.readBytes(bytes, 0, size);
        length = size;
        count = 0;
        lineEnd = startLine ? endOfText(0) : 0;
        int at = startLine ? afterLine(lineEnd) : 0;
        while (at < length - 2) {
            at = readField(at);
        }
    }

    private int readField(int start) {
        int at = start;
        while (at < length && Octets.isToken(bytes[at])) {
            at++;
        }
        if (at == start || bytes[at] != ':') {
            throw BadMessage.request(
                    Octets.isBlank(bytes[start]) ? "a folded header line" : "a header name with a forbidden character");
        }
        int nameEnd = at++;
        while (Octets.isBlank(bytes[at])) {
            at++;
        }
        int valueStart = at;
        int lineBreak = endOfText(at);
        int valueEnd = lineBreak;
        while (valueEnd > valueStart && Octets.isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        add(start, nameEnd, valueStart, valueEnd);
        return afterLine(lineBreak);
    }

    private int endOfText(int start) {
        int at = start;
        while (Octets.isText(bytes[at])) {
            at++;
        }
        return at;
    }

    private int afterLine(int lineBreak) {
        if (bytes[lineBreak] != '\r' || bytes[lineBreak + 1] != '\n') {
            throw BadMessage.request("a control character in the head");
        }
        return lineBreak + 2;
    }

    private void add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
        if (count == maxFields) {
            throw new BadMessage(431, "more than " + maxFields + " header fields");
        }
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            spans = Arrays.copyOf(spans, spans.length * 2);
        }
        int at = count * SPANS;
        spans[at] = nameStart;
        spans[at + 1] = nameEnd;
        spans[at + 2] = valueStart;
        spans[at + 3] = valueEnd;
        names[count++] = HeaderName.of(bytes, nameStart, nameEnd);
    }

    public byte[] bytes() {
        return bytes;
    }

    /** The bytes of the whole head, with its empty line. */
    public int length() {
        return length;
    }

    /** Where the start line ends. */
    int lineEnd() {
        return lineEnd;
    }

    public int count() {
        return count;
    }

    @Nullable
    HeaderName name(int field) {
        return names[field];
    }

    public int nameStart(int field) {
        return spans[field * SPANS];
    }

    public int nameEnd(int field) {
        return spans[field * SPANS + 1];
    }

    int valueStart(int field) {
        return spans[field * SPANS + 2];
    }

    int valueEnd(int field) {
        return spans[field * SPANS + 3];
    }

    /** Whether the name was written with an underscore where the known name has a hyphen. */
    boolean disguised(int field) {
        for (int i = nameStart(field); i < nameEnd(field); i++) {
            if (bytes[i] == '_') {
                return true;
            }
        }
        return false;
    }

    /** Copies a field with its line end. */
    void writeField(int field, ByteBuf out) {
        out.writeBytes(bytes, nameStart(field), nameEnd(field) - nameStart(field));
        out.writeByte(':').writeByte(' ');
        out.writeBytes(bytes, valueStart(field), valueEnd(field) - valueStart(field));
        out.writeByte('\r').writeByte('\n');
    }

    /** Whether there is a field with this lower-case name. */
    public boolean has(String lowerCase) {
        for (int i = 0; i < count; i++) {
            if (Octets.same(bytes, nameStart(i), nameEnd(i), lowerCase)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The values of a cookie in all {@code Cookie} fields, as they are sent: RFC 6265, section 4.2.1. A client sends
     * several with one name if they were set for several paths or domains.
     */
    public List<String> cookies(String cookie) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (Octets.same(bytes, nameStart(i), nameEnd(i), "cookie")) {
                for (String pair : value(i).split(";", -1)) {
                    int equals = pair.indexOf('=');
                    if (equals > 0 && pair.substring(0, equals).strip().equals(cookie)) {
                        values.add(pair.substring(equals + 1).strip());
                    }
                }
            }
        }
        return values;
    }

    public String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    public String value(int field) {
        return text(valueStart(field), valueEnd(field));
    }
}
