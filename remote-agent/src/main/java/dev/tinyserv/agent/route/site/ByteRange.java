package dev.tinyserv.agent.route.site;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file (RFC 9110, section 14). A request for several parts is answered with the whole file.
 *
 * @param first the first byte, from 0
 * @param last the last byte, at least the first
 */
record ByteRange(long first, long last) {
    /** A range without a byte of the file. */
    static final ByteRange NONE = new ByteRange(0, -1);

    /** Elements of the list may be empty (RFC 9110, 5.6.1). */
    private static final Pattern FORM = Pattern.compile("(?i:bytes)=[ \\t,]*+(\\d*+)-(\\d*+)[ \\t]*+(?:,[ \\t,]*+)?");

    private static final int MOST_DIGITS = 18;

    /** The range of a {@code Range} field in a file of {@code size} bytes; null for the whole file. */
    static @Nullable ByteRange parse(String value, long size) {
        Matcher form = FORM.matcher(value);
        if (!form.matches()) {
            return null;
        }
        String from = form.group(1);
        String to = form.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? null : suffix(number(to), size);
        }
        long first = number(from);
        long last = to.isEmpty() ? size - 1 : Math.min(number(to), size - 1);
        if (!to.isEmpty() && isLess(to, from)) {
            return null;
        }
        return first >= size ? NONE : new ByteRange(first, last);
    }

    /** The number; more digits than any size has make {@link Long#MAX_VALUE}. */
    private static long number(String digits) {
        String significant = significant(digits);
        return significant.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong("0" + significant);
    }

    private static boolean isLess(String digits, String others) {
        String one = significant(digits);
        String other = significant(others);
        return one.length() == other.length() ? one.compareTo(other) < 0 : one.length() < other.length();
    }

    private static String significant(String digits) {
        int at = 0;
        while (at < digits.length() && digits.charAt(at) == '0') {
            at++;
        }
        return digits.substring(at);
    }

    private static ByteRange suffix(long length, long size) {
        return length == 0 || size == 0 ? NONE : new ByteRange(Math.max(0, size - length), size - 1);
    }

    long length() {
        return last - first + 1;
    }
}
