package dev.tinyserv.cli.output;

import java.util.regex.Pattern;

/** Text from outside, made safe for a terminal and kept to one line. */
public final class SafeText {
    private static final Pattern SSH_PASSWORD =
            Pattern.compile("^((?:(?:git\\+)?ssh(?:\\+git)?://)?(?:(?!%3[aA])[^/@:])*)(?::|%3[aA])[^/]*(?:@|%40)");
    private static final Pattern URL_USER =
            Pattern.compile("^((?!(?:git\\+)?ssh(?:\\+git)?:)[\\w+.-]+://)[^/]*(?:@|%40)");

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

    /** The escaped text in quotes, at most 60 characters of it. */
    public static String quoted(String text) {
        return "'" + (text.length() > 60 ? escaped(text.substring(0, 60)) + "…" : escaped(text)) + "'";
    }

    /**
     * The quoted URL without a possible password or token. With ssh, all between the user's name and the host is
     * removed, also in percent escapes, which git decodes first; else all before the host.
     */
    public static String quotedUrl(String url) {
        String inSsh = SSH_PASSWORD.matcher(url).replaceFirst("$1@");
        return quoted(URL_USER.matcher(inSsh).replaceFirst("$1"));
    }

    private static boolean isHarmful(char c) {
        return (c < 0x20 && c != '\t')
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }
}
