package dev.tinyserv.agent.route.site;

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

    /** Elements of the list may be empty (RFC 9110, 5.6.1). */
    private static final Pattern FORM = Pattern.compile("(?i:bytes)=[ \\t,]*+(\\d*+)-(\\d*+)[ \\t]*+(?:,[ \\t,]*+)?");

    private static final int MOST_DIGITS = 18;

    /** The range of a Range field in a file of that size, or null if the whole file is to be sent. */
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

    /** What has more digits than any file has bytes is the largest number. */
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
