package dev.tinyserv.agent.build;

import dev.tinyserv.agent.build.EscapedLine.Match;
import dev.tinyserv.buildpacks.base.LineSplitter;
import dev.tinyserv.buildpacks.process.CommandFailed;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Blots secrets out of line after line. A secret may also be cut: where a long line was split or cut off, where a
 * program wraps its lines, and where a message is shortened. The part that is left is blotted, too, and so is a secret
 * that is escaped in a way that {@link EscapedLine} knows. For use by one thread.
 */
final class BlottedLines {
    /** The transcript's marks in front of a line. */
    private static final Set<String> MARKS = Set.of("       ", Transcript.PROBLEM);

    private static final int MARK_LENGTH = 7;

    /**
     * The fewest characters of a line that was split for having too many bytes: a character has three bytes at most,
     * and the split leaves a whole character for the next line.
     */
    private static final int FEWEST_OF_SPLIT = LineSplitter.LONGEST / 3 - 1;

    private static final int PART = 8;
    private static final int PART_BEFORE_ELLIPSIS = 4;
    private static final int WHOLE_LINE = 16;
    private static final int LONGEST_SCHEME = 20;
    private static final char ELLIPSIS = '…';

    private final List<Secret> secrets;

    /** The rests of secrets with whose beginning the last line ended. */
    private List<Secret> rests = List.of();

    /** Blots these secrets, which are sorted by length, the longest first. */
    BlottedLines(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    /** The next line, without its line end, with all secrets replaced. */
    String next(String line) {
        Blots blots = new Blots();
        List<Secret> cut = new ArrayList<>();
        EscapedLine escaped = EscapedLine.of(line);
        List<EscapedLine> layers = escaped.layers();
        addRests(line, escaped, blots, cut);
        for (Secret secret : secrets) {
            addWhole(line, secret, blots);
            addInside(line, secret, blots);
            addEnd(line, secret, blots, cut);
            addShortened(line, secret, blots);
            layers.forEach(layer -> addEscaped(layer, line, secret, blots, cut));
        }
        rests = cut;
        return blots.in(line);
    }

    private static void addWhole(String line, Secret secret, Blots blots) {
        int length = secret.text().length();
        for (int at = line.indexOf(secret.text()); at >= 0; at = line.indexOf(secret.text(), at + 1)) {
            blots.add(at, at + length, secret.replacement());
        }
    }

    /** Adds a secret that stands escaped in the line, or whose beginning stands so at the end of the line. */
    private static void addEscaped(EscapedLine layer, String line, Secret secret, Blots blots, List<Secret> cut) {
        for (Match match : layer.find(secret.text())) {
            int part = match.length();
            boolean whole = part == secret.text().length();
            if (whole || isPerhapsCut(line) || (part >= PART && !isScheme(secret, part))) {
                blots.add(match.from(), match.to(), secret.replacement());
            }
            if (!whole) {
                cut.add(new Secret(secret.text().substring(part), secret.replacement()));
            }
        }
    }

    /** Adds the rest of a secret that the last line began, or, of a long secret, as much of it as the line holds. */
    private void addRests(String line, EscapedLine escaped, Blots blots, List<Secret> cut) {
        for (Secret rest : rests) {
            for (int start : starts(line)) {
                escaped.match(start, rest.text()).ifPresent(match -> {
                    blots.add(match.from(), match.to(), rest.replacement());
                    if (match.length() < rest.text().length()) {
                        cut.add(new Secret(rest.text().substring(match.length()), rest.replacement()));
                    }
                });
            }
        }
    }

    private static Set<Integer> starts(String line) {
        boolean marked = line.length() >= MARK_LENGTH && MARKS.contains(line.substring(0, MARK_LENGTH));
        int first = marked ? MARK_LENGTH : 0;
        int text = first;
        while (text < line.length() && Character.isWhitespace(line.charAt(text))) {
            text++;
        }
        return text == first ? Set.of(first) : Set.of(first, text);
    }

    /** Adds the whole line if it is a part of the secret. */
    private static void addInside(String line, Secret secret, Blots blots) {
        String content = line.strip();
        if (content.length() >= WHOLE_LINE && secret.text().contains(content)) {
            int from = line.indexOf(content);
            blots.add(from, from + content.length(), secret.replacement());
        }
    }

    private static void addEnd(String line, Secret secret, Blots blots, List<Secret> cut) {
        int part = partBefore(line.length(), line, secret);
        if (part == 0) {
            return;
        }
        cut.add(new Secret(secret.text().substring(part), secret.replacement()));
        if (isPerhapsCut(line) || (part >= PART && !isScheme(secret, part))) {
            blots.add(line.length() - part, line.length(), secret.replacement());
        }
    }

    private static void addShortened(String line, Secret secret, Blots blots) {
        for (int end = line.indexOf(ELLIPSIS); end >= 0; end = line.indexOf(ELLIPSIS, end + 1)) {
            int part = partBefore(end, line, secret);
            if (part >= PART_BEFORE_ELLIPSIS && !isScheme(secret, part)) {
                blots.add(end - part, end, secret.replacement());
            }
        }
    }

    /**
     * The number of characters before {@code end} that are the beginning of the secret, but not all of it; 0 for none.
     */
    private static int partBefore(int end, String line, Secret secret) {
        int most = Math.min(end, secret.text().length() - 1);
        char first = secret.text().charAt(0);
        for (int at = line.indexOf(first, end - most); at >= 0 && at < end; at = line.indexOf(first, at + 1)) {
            if (line.regionMatches(at, secret.text(), 0, end - at)) {
                return end - at;
            }
        }
        return 0;
    }

    /** Whether tinyserv may have cut the line: then even a short end of it may be the beginning of a secret. */
    private static boolean isPerhapsCut(String line) {
        int length = line.length();
        return length >= FEWEST_OF_SPLIT
                || length == CommandFailed.KEPT_CHARACTERS
                || length == CommandFailed.KEPT_CHARACTERS + MARK_LENGTH;
    }

    /** Whether the part is no more than a scheme such as {@code https://}, which tells nothing of the secret. */
    private static boolean isScheme(Secret secret, int part) {
        int end = secret.text().indexOf("://");
        return end > 0 && end <= LONGEST_SCHEME && part <= end + "://".length();
    }
}
