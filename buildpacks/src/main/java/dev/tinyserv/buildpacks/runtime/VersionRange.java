package dev.tinyserv.buildpacks.runtime;

import java.util.Optional;

/** A set of versions. Each community writes ranges and orders versions in its own way. */
@FunctionalInterface
public interface VersionRange {
    /** No version. One constant, because a lambda is equal only to itself. */
    VersionRange NONE = version -> false;

    /** Whether the version is in the range. */
    boolean contains(Version version);

    /** No version, for a text that could not be read. */
    static VersionRange none() {
        return NONE;
    }

    /** What was read; no version at all where a text is written in a way that we do not know. */
    static VersionRange orNone(Optional<? extends VersionRange> read) {
        return read.<VersionRange>map(range -> range).orElse(NONE);
    }

    /** This version and all later ones. */
    static VersionRange from(Version least) {
        return version -> version.compareTo(least) >= 0;
    }

    /** All versions whose numbers begin so, those before a release, too. */
    static VersionRange of(VersionPrefix prefix) {
        return prefix::begins;
    }
}
