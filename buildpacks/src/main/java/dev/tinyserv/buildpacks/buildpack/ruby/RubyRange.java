package dev.tinyserv.buildpacks.buildpack.ruby;

import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A range of versions as RubyGems writes it, such as {@code ~> 3.1}; without {@code !=} and pre-releases. */
final class RubyRange {
    /** A patch level behind the numbers, as in {@code 3.1.2p20}, tells nothing that counts. */
    private static final Pattern REQUIREMENT =
            Pattern.compile("(~>|>=|<=|>|<|=)? *(\\d{1,6}(?:\\.\\d{1,6}){0,2})(?:-?p\\d{1,6})?");

    private RubyRange() {}

    /** All of these together; empty if one is written in a way that we do not know. */
    static Optional<VersionRange> parse(List<String> requirements) {
        Interval all = Interval.all();
        for (String requirement : requirements) {
            Optional<Interval> next = interval(requirement.strip());
            if (next.isEmpty()) {
                return Optional.empty();
            }
            all = all.and(next.get());
        }
        return Optional.of(VersionRange.of(all));
    }

    private static Optional<Interval> interval(String text) {
        Matcher parts = REQUIREMENT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String operator = parts.group(1);
        return VersionPrefix.parse(parts.group(2)).map(version -> interval(operator == null ? "=" : operator, version));
    }

    private static Interval interval(String operator, VersionPrefix version) {
        return switch (operator) {
            case "~>" -> new Interval(version.first(), tildeEnd(version));
            case ">=" -> Interval.from(version.first());
            case ">" -> Interval.from(version.next());
            case "<" -> Interval.below(version.first());
            case "<=" -> Interval.below(version.next());
            default -> version.interval();
        };
    }

    /** The last number that is written may grow. */
    private static Version tildeEnd(VersionPrefix version) {
        Version first = version.first();
        return version.patch() == null
                ? new Version(first.major() + 1, 0, 0)
                : new Version(first.major(), first.minor() + 1, 0);
    }
}
