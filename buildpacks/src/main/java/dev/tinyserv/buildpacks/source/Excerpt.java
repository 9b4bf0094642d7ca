package dev.tinyserv.buildpacks.source;

/** A piece of somebody's text for a message: short, on one line, and harmless to a terminal. */
public final class Excerpt {
    private Excerpt() {}

    /** The text's first characters, with control characters and bidirectional overrides escaped. */
    public static String of(String text, int limit) {
        StringBuilder safe = new StringBuilder();
        int end = Math.min(text.length(), limit);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean control = c < 0x20 || (c >= 0x7f && c < 0xa0);
            boolean confusing = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
            if (control || confusing) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return end < text.length() ? safe + "…" : safe.toString();
    }
}
