package dev.tinyserv.buildpacks.runtime;

import java.util.List;
import java.util.stream.Stream;

/**
 * Versions that will do. Each community writes ranges in its own way; all of them come down to this.
 *
 * @param alternatives of which one must hold
 */
public record VersionRange(List<Interval> alternatives) {
    /** Copies what it is given. */
    public VersionRange {
        alternatives = List.copyOf(alternatives);
    }

    /**
     * All from one version up to another.
     *
     * @param from the first
     * @param below the first that does not belong to it any more
     */
    public record Interval(Version from, Version below) {
        private static final Version LEAST = new Version(0, 0, 0);
        private static final Version BEYOND_ALL = new Version(Integer.MAX_VALUE, 0, 0);

        /** All versions. */
        public static Interval all() {
            return new Interval(LEAST, BEYOND_ALL);
        }

        /** This version and all later ones. */
        public static Interval from(Version version) {
            return new Interval(version, BEYOND_ALL);
        }

        /** All versions before this one. */
        public static Interval below(Version version) {
            return new Interval(LEAST, version);
        }

        /** What belongs to both. */
        public Interval and(Interval other) {
            return new Interval(
                    from.compareTo(other.from) >= 0 ? from : other.from,
                    below.compareTo(other.below) <= 0 ? below : other.below);
        }

        /** Whether the version belongs to it. */
        public boolean contains(Version version) {
            return version.compareTo(from) >= 0 && version.compareTo(below) < 0;
        }
    }

    /** One interval. */
    public static VersionRange of(Interval interval) {
        return new VersionRange(List.of(interval));
    }

    /** No version at all: of what somebody asks for in words that mean none. */
    public static VersionRange none() {
        return new VersionRange(List.of());
    }

    /** Whether the version will do. */
    public boolean contains(Version version) {
        return alternatives.stream().anyMatch(interval -> interval.contains(version));
    }

    /** What belongs to this one or the other. */
    public VersionRange or(VersionRange other) {
        return new VersionRange(Stream.concat(alternatives.stream(), other.alternatives.stream())
                .toList());
    }
}
