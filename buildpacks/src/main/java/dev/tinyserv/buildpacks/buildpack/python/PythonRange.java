package dev.tinyserv.buildpacks.buildpack.python;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of versions as in {@code requires-python}: the specifiers of PEP 440, and Poetry's {@code ^}, {@code ~} and
 * {@code ||}. {@code ==3.11} stands for all of 3.11, as those who write it mean it.
 */
final class PythonRange {
    private static final Pattern COMPARATOR = Pattern.compile("(===?|~=|!=|<=|>=|<|>|\\^|~)?\\s*([\\w.*]+)");
    private static final int MAX_LENGTH = 256;
    private static final int MAX_INTERVALS = 32;

    private PythonRange() {}

    /** Empty if it is written in a way that we do not know. */
    static Optional<VersionRange> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        List<Interval> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|?", -1)) {
            Optional<List<Interval>> intervals = allOf(alternative);
            if (intervals.isEmpty()) {
                return Optional.empty();
            }
            alternatives.addAll(intervals.get());
        }
        return Optional.of(new VersionRange(alternatives));
    }

    private static Optional<List<Interval>> allOf(String text) {
        List<Interval> all = List.of(Interval.all());
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            Matcher comparator = COMPARATOR.matcher(part.strip());
            if (!comparator.matches()) {
                return Optional.empty();
            }
            String operator = Optional.ofNullable(comparator.group(1)).orElse("");
            Optional<List<Interval>> next = VersionPrefix.parse(comparator.group(2))
                    .filter(version -> !operator.equals("~=") || version.minor() != null)
                    .map(version -> intervals(operator, version));
            if (next.isEmpty() || all.size() > MAX_INTERVALS) {
                return Optional.empty();
            }
            all = both(all, next.get());
        }
        return Optional.of(all);
    }

    private static List<Interval> both(List<Interval> some, List<Interval> others) {
        return some.stream()
                .flatMap(one -> others.stream().map(one::and))
                .filter(interval -> interval.from().compareTo(interval.below()) < 0)
                .toList();
    }

    private static List<Interval> intervals(String operator, VersionPrefix version) {
        return switch (operator) {
            case ">=" -> List.of(Interval.from(version.first()));
            case "<" -> List.of(Interval.below(version.first()));
            // A version with fewer numbers is the one with zeros there, and not all that begin so.
            case ">" -> List.of(Interval.from(behind(version.first())));
            case "<=" -> List.of(Interval.below(behind(version.first())));
            case "!=" -> List.of(Interval.below(version.first()), Interval.from(version.next()));
            case "~=" -> List.of(new Interval(version.first(), compatibleEnd(version)));
            case "^" ->
                List.of(new Interval(
                        version.first(), new Version(version.first().major() + 1, 0, 0)));
            case "~" -> List.of(new Interval(version.first(), tildeEnd(version)));
            default -> List.of(version.interval());
        };
    }

    private static Version behind(Version version) {
        return new Version(version.major(), version.minor(), version.patch() + 1);
    }

    /** {@code ~=3.11} holds up to 4, {@code ~=3.11.2} up to 3.12. */
    private static Version compatibleEnd(VersionPrefix version) {
        return version.patch() == null ? new Version(version.first().major() + 1, 0, 0) : tildeEnd(version);
    }

    private static Version tildeEnd(VersionPrefix version) {
        return version.minor() == null
                ? version.next()
                : new Version(version.first().major(), version.first().minor() + 1, 0);
    }
}
