package dev.tinyserv.buildpacks.base;

import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/** Text from outside, made safe for a terminal. */
public final class Printable {
    private static final int BYTE_ORDER_MARK = 0xfeff;

    private Printable() {}

    /**
     * Escapes control characters (C0 but tab, DEL, C1, and the bidirectional overrides) as {@code \xNN} or
     * {@code \}{@code uNNNN}.
     */
    public static String escaped(String text) {
        return escaped(text, Printable::isHarmful);
    }

    private static String escaped(String text, IntPredicate bad) {
        int firstBad = 0;
        while (firstBad < text.length() && !bad.test(text.charAt(firstBad))) {
            firstBad++;
        }
        if (firstBad == text.length()) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, firstBad);
        for (int i = firstBad; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!bad.test(c)) {
                safe.append(c);
            } else if (c < 0x100) {
                safe.append(String.format("\\x%02x", (int) c));
            } else {
                safe.append(String.format("\\u%04x", (int) c));
            }
        }
        return safe.toString();
    }

    /** Escapes each line of the text; line ends stay. */
    public static String escapedLines(String text) {
        return text.lines().map(Printable::escaped).collect(Collectors.joining("\n"));
    }

    /**
     * Escapes JSON text with JSON's own escapes, which keep its value; line ends stay. Halves of surrogate pairs are
     * escaped, too, because UTF-8 has no bytes for them.
     */
    public static String escapedJson(String json) {
        if (json.codePoints().noneMatch(Printable::isEscapedInJson)) {
            return json;
        }
        StringBuilder safe = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(c -> {
            if (isEscapedInJson(c)) {
                safe.append(String.format("\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    private static boolean isEscapedInJson(int c) {
        return c <= Character.MAX_VALUE && c != '\n' && (isHarmful(c) || Character.isSurrogate((char) c));
    }

    /** The escaped text, cut to at most {@code limit} UTF-16 units and an ellipsis. */
    public static String shortened(String text, int limit) {
        return escaped(cut(text, limit));
    }

    /** As {@link #shortened}, for a quotation in a message: tabs and byte order marks are escaped, too. */
    public static String excerpt(String text, int limit) {
        return escaped(cut(text, limit), c -> isHarmful(c) || c == '\t' || c == BYTE_ORDER_MARK);
    }

    private static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        boolean halves = limit > 0 && Character.isHighSurrogate(text.charAt(limit - 1));
        return text.substring(0, halves ? limit - 1 : limit) + "…";
    }

    private static boolean isHarmful(int c) {
        return (c < 0x20 && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
