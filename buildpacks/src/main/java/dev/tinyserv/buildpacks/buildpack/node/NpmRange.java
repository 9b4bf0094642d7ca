package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.runtime.RangeGrammar;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
import java.util.Optional;

/** A range of versions as in {@code engines.node}: the grammar of npm's semver, without pre-releases. */
final class NpmRange {
    private static final RangeGrammar GRAMMAR = new RangeGrammar("\\|\\|", "\\^|~>?|>=|<=|>|<|=", NpmRange::interval);

    private NpmRange() {}

    /** Empty if it is written in a way that we do not know. */
    static Optional<VersionRange> parse(String text) {
        return GRAMMAR.parse(text);
    }

    private static Interval interval(String operator, VersionPrefix version) {
        return switch (operator) {
            case ">=" -> Interval.from(version.first());
            case ">" -> Interval.from(version.next());
            case "<" -> Interval.below(version.first());
            case "<=" -> Interval.below(version.next());
            case "^" -> new Interval(version.first(), version.nextIncompatible());
            case "~", "~>" -> new Interval(version.first(), tildeEnd(version));
            default -> version.interval();
        };
    }

    private static Version tildeEnd(VersionPrefix version) {
        Integer major = version.major();
        Integer minor = version.minor();
        return major == null || minor == null ? version.next() : new Version(major, minor + 1, 0);
    }
}
