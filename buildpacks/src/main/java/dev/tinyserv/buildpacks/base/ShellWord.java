package dev.tinyserv.buildpacks.base;

/** Text as one word of a POSIX shell. */
public final class ShellWord {
    private ShellWord() {}

    /** The text in single quotes. */
    public static String quoted(String text) {
        return "'" + withinQuotes(text) + "'";
    }

    /** The text between the quotes of {@link #quoted}. */
    public static String withinQuotes(String text) {
        return text.replace("'", "'\\''");
    }
}
