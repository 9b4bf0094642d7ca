package dev.tinyserv.buildpacks.buildpack.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of versions as in {@code engines.node}: the grammar of npm's semver, without pre-releases.
 *
 * @param alternatives of which one must hold
 */
record NodeRange(List<Interval> alternatives) {
    private static final String PARTIAL = "v?(\\d{1,6}|[xX*])(?:\\.(\\d{1,6}|[xX*]))?(?:\\.(\\d{1,6}|[xX*]))?";
    private static final Pattern HYPHEN = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");
    private static final Pattern COMPARATOR = Pattern.compile("(\\^|~>?|>=|<=|>|<|=)?\\s*" + PARTIAL);
    private static final Pattern OPERATOR_SPACE = Pattern.compile("(\\^|~>?|>=|<=|>|<|=)\\s+");
    private static final int MAX_LENGTH = 256;
    private static final NodeVersion LEAST = new NodeVersion(0, 0, 0);
    private static final NodeVersion BEYOND_ALL = new NodeVersion(Integer.MAX_VALUE, 0, 0);

    /** From the first version, up to but without the second. */
    record Interval(NodeVersion from, NodeVersion below) {
        boolean contains(NodeVersion version) {
            return version.compareTo(from) >= 0 && version.compareTo(below) < 0;
        }

        Interval and(Interval other) {
            return new Interval(
                    from.compareTo(other.from) >= 0 ? from : other.from,
                    below.compareTo(other.below) <= 0 ? below : other.below);
        }
    }

    /** A version of which the end may be open, as in {@code 18.x}. */
    private record Partial(
            int major, @Nullable Integer minor, @Nullable Integer patch, boolean any) {
        NodeVersion first() {
            return any ? LEAST : new NodeVersion(major, minor == null ? 0 : minor, patch == null ? 0 : patch);
        }

        /** The first version behind all that it stands for. */
        NodeVersion next() {
            if (any) {
                return BEYOND_ALL;
            }
            if (minor == null) {
                return new NodeVersion(major + 1, 0, 0);
            }
            return patch == null ? new NodeVersion(major, minor + 1, 0) : new NodeVersion(major, minor, patch + 1);
        }
    }

    /** Empty if it is written in a way that we do not know. */
    static Optional<NodeRange> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<Interval> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|", -1)) {
            Optional<Interval> interval = interval(alternative.strip());
            if (interval.isEmpty()) {
                return Optional.empty();
            }
            alternatives.add(interval.get());
        }
        return Optional.of(new NodeRange(List.copyOf(alternatives)));
    }

    boolean contains(NodeVersion version) {
        return alternatives.stream().anyMatch(interval -> interval.contains(version));
    }

    private static Optional<Interval> interval(String text) {
        Matcher hyphen = HYPHEN.matcher(text);
        if (hyphen.matches()) {
            return comparator(">=" + hyphen.group(1))
                    .flatMap(from -> comparator("<=" + hyphen.group(2)).map(from::and));
        }
        Interval all = new Interval(LEAST, BEYOND_ALL);
        for (String part : OPERATOR_SPACE.matcher(text).replaceAll("$1").split("[\\s,]+", -1)) {
            Optional<Interval> next = part.isEmpty() ? Optional.of(all) : comparator(part);
            if (next.isEmpty()) {
                return next;
            }
            all = all.and(next.get());
        }
        return Optional.of(all);
    }

    private static Optional<Interval> comparator(String text) {
        Matcher parts = COMPARATOR.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Integer major = number(parts.group(2));
        Integer minor = major == null ? null : number(parts.group(3));
        Integer patch = minor == null ? null : number(parts.group(4));
        Partial version = new Partial(major == null ? 0 : major, minor, patch, major == null);
        String operator = parts.group(1);
        return Optional.of(interval(operator == null ? "" : operator, version));
    }

    private static Interval interval(String operator, Partial version) {
        return switch (operator) {
            case ">=" -> new Interval(version.first(), BEYOND_ALL);
            case ">" -> new Interval(version.next(), BEYOND_ALL);
            case "<" -> new Interval(LEAST, version.first());
            case "<=" -> new Interval(LEAST, version.next());
            case "^" -> new Interval(version.first(), caretEnd(version));
            case "~", "~>" -> new Interval(version.first(), tildeEnd(version));
            default -> new Interval(version.first(), version.next());
        };
    }

    /** Up to the next change of the first number that is not 0. */
    private static NodeVersion caretEnd(Partial version) {
        Integer minor = version.minor();
        if (version.any() || version.major() > 0 || minor == null) {
            return version.any() ? BEYOND_ALL : new NodeVersion(version.major() + 1, 0, 0);
        }
        return minor > 0 ? new NodeVersion(0, minor + 1, 0) : version.next();
    }

    private static NodeVersion tildeEnd(Partial version) {
        Integer minor = version.minor();
        return version.any() || minor == null ? version.next() : new NodeVersion(version.major(), minor + 1, 0);
    }

    private static @Nullable Integer number(@Nullable String text) {
        return text == null || !Character.isDigit(text.charAt(0)) ? null : Integer.valueOf(text);
    }
}
