package dev.tinyserv.agent.app;

import java.util.stream.Collectors;

/** Text from outside, made safe for a terminal. */
public final class Printable {
    private Printable() {}

    /**
     * Escapes control characters (C0 but tab, DEL, C1, and the bidirectional overrides) as {@code \xNN} or
     * {@code \}{@code uNNNN}.
     */
    public static String escaped(String text) {
        int firstBad = 0;
        while (firstBad < text.length() && !isHarmful(text.charAt(firstBad))) {
            firstBad++;
        }
        if (firstBad == text.length()) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, firstBad);
        for (int i = firstBad; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isHarmful(c)) {
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

    /** The same for a text that is JSON, as JSON escapes them: its value stays, and so do the line ends between values. */
    public static String escapedJson(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (isHarmful(c) && c != '\n') {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    /** The escaped text, cut to at most {@code limit} UTF-16 units and an ellipsis. */
    public static String shortened(String text, int limit) {
        String safe = escaped(text.length() > limit ? text.substring(0, limit) : text);
        return text.length() > limit ? safe + "…" : safe;
    }

    private static boolean isHarmful(char c) {
        return (c < 0x20 && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
