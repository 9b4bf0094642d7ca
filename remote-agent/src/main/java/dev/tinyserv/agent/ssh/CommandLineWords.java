package dev.tinyserv.agent.ssh;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the one text that an SSH client sends into the arguments that its user meant. Single quotes, double quotes and
 * backslashes mean what they mean in the POSIX shell (XCU, 2.2). Nothing is expanded, and no shell ever sees the text.
 */
final class CommandLineWords {
    /** The longest text, in UTF-16 units. */
    static final int MAX_LENGTH = 64 * 1024;

    private static final char OUTSIDE = ' ';

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;

    private CommandLineWords(String line) {
        this.line = line;
    }

    /**
     * The words of the text. Throws a {@link Refusal} if the text has a NUL or a quote that is not closed, if it ends
     * with a backslash, or if it is too long.
     */
    static List<String> split(String line) {
        if (line.length() > MAX_LENGTH) {
            throw Refusal.usage("the command is longer than " + MAX_LENGTH + " characters; send large values on stdin");
        }
        if (line.indexOf('\0') >= 0) {
            throw Refusal.usage("the command holds a NUL byte, which no argument can");
        }
        return new CommandLineWords(line).split();
    }

    private List<String> split() {
        char quote = OUTSIDE;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (quote == OUTSIDE && isSpace(c)) {
                endWord();
            } else if (c == quote) {
                quote = OUTSIDE;
            } else if (quote == OUTSIDE && (c == '\'' || c == '"')) {
                quote = c;
                inWord = true;
            } else if (c == '\\' && quote != '\'') {
                at++;
                escape(at, quote);
            } else {
                append(c);
            }
        }
        if (quote != OUTSIDE) {
            throw Refusal.usage("a " + (quote == '"' ? "double" : "single") + " quote is not closed");
        }
        endWord();
        return words;
    }

    private void escape(int at, char quote) {
        if (at == line.length()) {
            throw Refusal.usage("the command ends with a backslash that escapes nothing");
        }
        char c = line.charAt(at);
        if (c == '\n') {
            return;
        }
        if (quote == '"' && c != '"' && c != '\\' && c != '$' && c != '`') {
            append('\\');
        }
        append(c);
    }

    private void append(char c) {
        inWord = true;
        word.append(c);
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
