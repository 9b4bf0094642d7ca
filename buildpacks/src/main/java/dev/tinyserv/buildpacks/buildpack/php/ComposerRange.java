package dev.tinyserv.buildpacks.buildpack.php;

import dev.tinyserv.buildpacks.runtime.RangeGrammar;
import dev.tinyserv.buildpacks.runtime.Version;
import dev.tinyserv.buildpacks.runtime.VersionPrefix;
import dev.tinyserv.buildpacks.runtime.VersionRange;
import dev.tinyserv.buildpacks.runtime.VersionRange.Interval;
import java.util.Optional;

/**
 * A range of versions as in {@code require.php}: Composer's grammar, without stabilities and {@code !=}. A bare
 * {@code 8.2} stands for all its patches here; Composer itself, which takes it for 8.2.0, has the last word.
 */
final class ComposerRange {
    private static final RangeGrammar GRAMMAR =
            new RangeGrammar("\\|\\|?", "\\^|~|>=|<=|>|<|==?", ComposerRange::interval);

    private ComposerRange() {}

    /** Empty if it is written in a way that we do not know. */
    static Optional<VersionRange> parse(String text) {
        return GRAMMAR.parse(text);
    }

    private static Interval interval(String operator, VersionPrefix version) {
        return switch (operator) {
            case ">=" -> Interval.from(version.first());
            case ">" -> Interval.from(after(version.first()));
            case "<" -> Interval.below(version.first());
            case "<=" -> Interval.below(after(version.first()));
            case "^" -> new Interval(version.first(), version.nextIncompatible());
            case "~" -> new Interval(version.first(), tildeEnd(version));
            default -> version.interval();
        };
    }

    /** To Composer {@code >8.1} begins with 8.1.1: what is not written is 0. */
    private static Version after(Version version) {
        return new Version(version.major(), version.minor(), version.patch() + 1);
    }

    /** The last number that is written may grow: {@code ~8.1} is all of 8 from 8.1 on. */
    private static Version tildeEnd(VersionPrefix version) {
        Integer major = version.major();
        Integer minor = version.minor();
        if (major == null) {
            return version.next();
        }
        return minor == null || version.patch() == null
                ? new Version(major + 1, 0, 0)
                : new Version(major, minor + 1, 0);
    }
}
