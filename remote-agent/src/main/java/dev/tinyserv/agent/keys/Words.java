package dev.tinyserv.agent.keys;

import dev.tinyserv.buildpacks.base.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The words of a line of authorized_keys: up to white space that is not inside double quotes. */
final class Words {
    private Words() {}

    /** At most {@code limit} words; the last one is the rest of the line. An open quote runs to the line's end. */
    static List<String> split(String line, int limit) {
        List<String> words = new ArrayList<>();
        int at = skipSpace(line, 0);
        while (at < line.length() && words.size() < limit - 1) {
            int end = endOfWord(line, at);
            words.add(line.substring(at, end));
            at = skipSpace(line, end);
        }
        if (at < line.length()) {
            words.add(line.substring(at).stripTrailing());
        }
        return words;
    }

    /** The text of UTF-8 that was read as one char for each byte. */
    static String decoded(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** The text, cut and escaped so that it is safe for a terminal. */
    static String shown(String text) {
        return Printable.shortened(decoded(text), 60);
    }

    private static int skipSpace(String line, int from) {
        int at = from;
        while (at < line.length() && isSpace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int endOfWord(String line, int from) {
        boolean quoted = false;
        int at = from;
        while (at < line.length() && (quoted || !isSpace(line.charAt(at)))) {
            if (line.charAt(at) == '\\' && at + 1 < line.length() && line.charAt(at + 1) == '"') {
                at++;
            } else if (line.charAt(at) == '"') {
                quoted = !quoted;
            }
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
