package dev.tinyserv.buildpacks.runtime;

/** Versions that will do. Each community writes ranges in its own way, and orders versions in its own way. */
@FunctionalInterface
public interface VersionRange {
    /** Holds no version; each is equal to itself only, so there is one. */
    VersionRange NONE = version -> false;

    /** Whether the version will do. */
    boolean contains(Version version);

    /** No version at all: of what somebody asks for in words that mean none. */
    static VersionRange none() {
        return NONE;
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
