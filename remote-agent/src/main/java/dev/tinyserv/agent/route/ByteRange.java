package dev.tinyserv.agent.route;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file (RFC 9110, section 14). Of several parts at once none is given: then the whole file is the answer.
 *
 * @param first the first byte, from 0
 * @param last the last byte, at least the first
 */
record ByteRange(long first, long last) {
    /** Stands for a range that no byte of the file is in. */
    static final ByteRange NONE = new ByteRange(0, -1);

    private static final Pattern FORM = Pattern.compile("(?i:bytes)=[ \\t]*(\\d{0,18})-(\\d{0,18})[ \\t]*");

    /** The range of a Range field in a file of that size, or null if the whole file is to be sent. */
    static @Nullable ByteRange parse(String value, long size) {
        Matcher form = FORM.matcher(value);
        if (!form.matches()) {
            return null;
        }
        String from = form.group(1);
        String to = form.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? null : suffix(Long.parseLong(to), size);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? size - 1 : Math.min(Long.parseLong(to), size - 1);
        if (!to.isEmpty() && Long.parseLong(to) < first) {
            return null;
        }
        return first >= size ? NONE : new ByteRange(first, last);
    }

    private static ByteRange suffix(long length, long size) {
        return length == 0 || size == 0 ? NONE : new ByteRange(Math.max(0, size - length), size - 1);
    }

    long length() {
        return last - first + 1;
    }
}
