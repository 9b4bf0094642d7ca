package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A range of versions as in {@code engines.node}: the grammar of npm's semver, without pre-releases. */
final class NpmRange {
    private static final Pattern HYPHEN = Pattern.compile("(\\S+)\\s+-\\s+(\\S+)");
    private static final Pattern COMPARATOR = Pattern.compile("(\\^|~>?|>=|<=|>|<|=)?\\s*(.+)");
    private static final Pattern OPERATOR_SPACE = Pattern.compile("(\\^|~>?|>=|<=|>|<|=)\\s+");
    private static final int MAX_LENGTH = 256;

    private NpmRange() {}

    /** Empty if it is written in a way that we do not know. */
    static Optional<VersionRange> parse(String text) {
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
        return Optional.of(new VersionRange(alternatives));
    }

    private static Optional<Interval> interval(String text) {
        Matcher hyphen = HYPHEN.matcher(text);
        if (hyphen.matches()) {
            return comparator(">=" + hyphen.group(1))
                    .flatMap(from -> comparator("<=" + hyphen.group(2)).map(from::and));
        }
        Interval all = Interval.all();
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
        String operator = parts.group(1);
        return VersionPrefix.parse(parts.group(2)).map(version -> interval(operator == null ? "" : operator, version));
    }

    private static Interval interval(String operator, VersionPrefix version) {
        return switch (operator) {
            case ">=" -> Interval.from(version.first());
            case ">" -> Interval.from(version.next());
            case "<" -> Interval.below(version.first());
            case "<=" -> Interval.below(version.next());
            case "^" -> new Interval(version.first(), caretEnd(version));
            case "~", "~>" -> new Interval(version.first(), tildeEnd(version));
            default -> version.interval();
        };
    }

    /** Up to the next change of the first number that is not 0. */
    private static Version caretEnd(VersionPrefix version) {
        Integer major = version.major();
        Integer minor = version.minor();
        if (major == null || minor == null) {
            return version.next();
        }
        if (major > 0) {
            return new Version(major + 1, 0, 0);
        }
        return minor > 0 ? new Version(0, minor + 1, 0) : version.next();
    }

    private static Version tildeEnd(VersionPrefix version) {
        Integer major = version.major();
        Integer minor = version.minor();
        return major == null || minor == null ? version.next() : new Version(major, minor + 1, 0);
    }
}
