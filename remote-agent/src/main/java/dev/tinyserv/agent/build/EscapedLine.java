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
 * A line in which each character stands for itself or is escaped, as in JSON, HTML, URLs, shells, SQL, CSV and
 * programming languages, in any mixture. All ways to read the line are followed at the same time.
 */
final class EscapedLine {
    /** The most layers of escapes, one inside the other, that are decoded. */
    private static final int MOST_LAYERS = 3;

    /** The most signs of quoting between two characters. */
    private static final int MOST_SIGNS = 16;

    private static final int LONGEST_ESCAPE = 12;

    /** The signs that begin, end or escape a quoted part. */
    private static final String SIGNS = "\\'\"`^";

    /** The signs that are written twice where they mean themselves. */
    private static final String DOUBLED = "%${}!";

    private final String line;

    /** The index in the printed line of each character of this line, and of its end. */
    private final int[] origins;

    private final Map<Integer, Escape> escapes = new HashMap<>();
    private final boolean plain;

    /**
     * Where a text was found.
     *
     * @param from the index of its beginning in the printed line
     * @param to the index behind its end there
     * @param length how many characters of the text stand there; fewer than all only at the end of the line
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

    /** This line, then the same line with one, two and three layers of escapes decoded, as far as there are such. */
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

    /** The places of a text that may be escaped; none in a line without any escape. */
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

    /** Whether the second character of the text may follow the first one there, which is mostly ruled out at once. */
    private boolean goesOn(int at, String text) {
        int next = at + 1;
        if (next >= line.length() || text.length() < 2 || line.charAt(next) == text.charAt(1)) {
            return true;
        }
        return line.charAt(next) == '+' || isSign(next) || "\\%&=".indexOf(line.charAt(next)) >= 0;
    }

    /**
     * The match of a text at an index, up to the end of the text or of the line; empty if the text does not stand
     * there.
     */
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

    /** Adds every index at which the text may go on behind this character. */
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

    /** Whether the index is the end of the line, or the beginning of an escape that the end of the line cuts off. */
    private boolean isCutOff(int at) {
        return at == line.length()
                || (line.length() - at < LONGEST_ESCAPE
                        && "\\%&=".indexOf(line.charAt(at)) >= 0
                        && !escapes.containsKey(at));
    }
}
