package dev.tinyserv.buildpacks.buildpack.go;

import dev.tinyserv.buildpacks.buildpack.BoundedFolder;
import dev.tinyserv.buildpacks.buildpack.Build;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the go command keeps for an app's next build.
 *
 * @param compiled packages, {@code cache/go/build}; go removes what was not used for some days, whatever its size
 * @param modules the source of modules, {@code cache/go/modules}; go removes nothing
 */
record GoCaches(BoundedFolder compiled, BoundedFolder modules) {
    private static final long MAX_COMPILED = 1L << 30;
    private static final long MAX_MODULES = 500L << 20;

    /** Those of a build's app. */
    static GoCaches of(Build build) throws IOException {
        Path folder = build.cacheFolder("go");
        return new GoCaches(
                new BoundedFolder(folder.resolve("build"), MAX_COMPILED),
                new BoundedFolder(folder.resolve("modules"), MAX_MODULES));
    }

    /** Deletes what has grown too large. No go may run meanwhile. */
    void bound() throws IOException {
        compiled.bound();
        modules.bound();
    }
}
