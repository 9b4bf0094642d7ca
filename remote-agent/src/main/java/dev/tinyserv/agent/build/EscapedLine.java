package dev.tinyserv.agent.build;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A line in which each character stands for itself or is escaped: as JSON, HTML, URLs, shells, SQL, CSV and languages do
 * it, in any mixture. All ways to read it are followed at the same time.
 */
final class EscapedLine {
    /** What is escaped in several ways, one in the other, is decoded so often. */
    private static final int MOST_LAYERS = 3;

    /** So many signs of quoting may stand between two characters. */
    private static final int MOST_SIGNS = 16;

    private static final int LONGEST_ESCAPE = 12;

    /** What begins, ends or escapes a quoted part. */
    private static final String SIGNS = "\\'\"`^";

    /** What is written twice where it means itself. */
    private static final String DOUBLED = "%${}!";

    private final String line;

    /** Where each of its characters, and its end, is in the line that was printed. */
    private final int[] origins;

    private final Map<Integer, Escape> escapes = new HashMap<>();
    private final boolean plain;

    /**
     * Where a text was found.
     *
     * @param from its beginning in the line that was printed
     * @param to its end there
     * @param length how much of the text it is, in characters; less than all of it only at the end of the line
     */
    record Match(int from, int to, int length) {}

    private EscapedLine(String line, int[] origins) {
        this.line = line;
        this.origins = origins;
        boolean hasSigns = false;
        for (int at = 0; at < line.length(); at++) {
            hasSigns |= line.charAt(at) == '+' || isSign(at);
            Escape.at(at, line).ifPresent(escape -> escapes.put(escape.from(), escape));
        }
        plain = !hasSigns && escapes.isEmpty();
    }

    /** The line as it was printed. */
    static EscapedLine of(String line) {
        return new EscapedLine(line, IntStream.rangeClosed(0, line.length()).toArray());
    }

    /** This line, and what it is after one layer of escapes is taken away, and another. */
    List<EscapedLine> layers() {
        List<EscapedLine> layers = new ArrayList<>(List.of(this));
        EscapedLine last = this;
        while (!last.escapes.isEmpty() && layers.size() <= MOST_LAYERS) {
            last = last.decoded();
            layers.add(last);
        }
        return layers;
    }

    private EscapedLine decoded() {
        StringBuilder text = new StringBuilder();
        int[] from = new int[2 * line.length() + 1];
        int at = 0;
        while (at < line.length()) {
            Escape escape = escapes.getOrDefault(at, new Escape(at, at + 1, line.charAt(at)));
            int before = text.length();
            text.appendCodePoint(escape.codePoint());
            for (int i = before; i < text.length(); i++) {
                from[i] = origins[at];
            }
            at = escape.to();
        }
        from[text.length()] = origins[at];
        return new EscapedLine(text.toString(), from);
    }

    /** Where a text stands, though escaped; a line without any escape has none. */
    List<Match> find(String text) {
        if (plain) {
            return List.of();
        }
        List<Match> found = new ArrayList<>();
        int first = text.codePointAt(0);
        int at = line.indexOf(first);
        while (at >= 0) {
            Optional<Match> match = goesOn(at, text) ? match(at, text) : Optional.empty();
            match.ifPresent(found::add);
            if (match.isPresent() && match.get().length() < text.length()) {
                break; // it goes on to the end of the line
            }
            at = line.indexOf(first, at + 1);
        }
        for (Escape escape : escapes.values()) {
            if (escape.codePoint() == first) {
                match(escape.from(), text).ifPresent(found::add);
            }
        }
        return found;
    }

    /** Whether a second character may follow the first one there; mostly it is at once clear that it does not. */
    private boolean goesOn(int at, String text) {
        int next = at + 1;
        if (next >= line.length() || text.length() < 2 || line.charAt(next) == text.charAt(1)) {
            return true;
        }
        return line.charAt(next) == '+' || isSign(next) || "\\%&=".indexOf(line.charAt(next)) >= 0;
    }

    /** Whether a text begins at a place, and goes on to its end or to that of the line. */
    Optional<Match> match(int start, String text) {
        TreeSet<Integer> places = new TreeSet<>(List.of(start));
        int length = 0;
        while (length < text.length()) {
            int codePoint = text.codePointAt(length);
            TreeSet<Integer> next = new TreeSet<>();
            places.forEach(place -> addBehind(place, codePoint, next));
            if (next.isEmpty()) {
                return length > 0 && places.stream().anyMatch(this::isCutOff)
                        ? Optional.of(new Match(origins[start], origins[line.length()], length))
                        : Optional.empty();
            }
            places = next;
            length += Character.charCount(codePoint);
        }
        return Optional.of(new Match(origins[start], origins[places.last()], length));
    }

    /** Adds all places where what follows a character may begin. */
    private void addBehind(int place, int codePoint, Set<Integer> behind) {
        for (int at = place; at < line.length() && at <= place + MOST_SIGNS; at++) {
            int literal = line.codePointAt(at);
            if (literal == codePoint || (literal == '+' && codePoint == ' ')) {
                behind.add(at + Character.charCount(literal));
            }
            Escape escape = escapes.get(at);
            if (escape != null && escape.codePoint() == codePoint) {
                behind.add(escape.to());
            }
            if (!isSign(at)) {
                return;
            }
        }
    }

    private boolean isSign(int at) {
        char sign = line.charAt(at);
        return SIGNS.indexOf(sign) >= 0
                || (DOUBLED.indexOf(sign) >= 0 && at + 1 < line.length() && line.charAt(at + 1) == sign);
    }

    /** At the end, or in front of an escape of which only the beginning is there. */
    private boolean isCutOff(int at) {
        return at == line.length()
                || (line.length() - at < LONGEST_ESCAPE
                        && "\\%&=".indexOf(line.charAt(at)) >= 0
                        && !escapes.containsKey(at));
    }
}
