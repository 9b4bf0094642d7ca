package dev.tinyserv.buildpacks.base;

import java.util.regex.Pattern;

/** Text as one word of a POSIX shell. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    private ShellWord() {}

    /** The text as it is if a shell takes it as it is, else in single quotes: for commands that people are shown. */
    public static String of(String text) {
        return PLAIN.matcher(text).matches() ? text : quoted(text);
    }

    /** The text in single quotes. */
    public static String quoted(String text) {
        return "'" + withinQuotes(text) + "'";
    }

    /** The text between the quotes of {@link #quoted}. */
    public static String withinQuotes(String text) {
        return text.replace("'", "'\\''");
    }
}
