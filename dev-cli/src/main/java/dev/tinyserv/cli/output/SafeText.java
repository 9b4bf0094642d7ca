package dev.tinyserv.cli.output;

/** Text from outside, made safe for a terminal and kept to one line. */
public final class SafeText {
    private SafeText() {}

    /** Shows control characters and bidirectional overrides as {@code \}{@code uNNNN}. */
    public static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHarmful(c)) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    /** The escaped text, at most 60 characters of it. */
    public static String quoted(String text) {
        return "'" + (text.length() > 60 ? escaped(text.substring(0, 60)) + "…" : escaped(text)) + "'";
    }

    private static boolean isHarmful(char c) {
        return (c < 0x20 && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
