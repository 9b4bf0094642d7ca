package dev.tinyserv.buildpacks.runtime;

/** The range that holds no version. */
enum NoVersion implements VersionRange {
    INSTANCE;

    @Override
    public boolean contains(Version version) {
        return false;
    }
}
