package dev.tinyserv.buildpacks.buildpack.node;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What npm downloaded for an app's builds: {@code cache/npm}. npm itself never removes anything from it, so it is
 * deleted when it has grown too large.
 */
final class DownloadCache {
    private static final long MAX_BYTES = 500L << 20;

    private final Path folder;
    private final long maxBytes;

    /** The downloads of the app whose builds keep their things in that folder. */
    DownloadCache(Path cache) {
        this(cache, MAX_BYTES);
    }

    DownloadCache(Path cache, long maxBytes) {
        this.folder = cache.resolve("npm");
        this.maxBytes = maxBytes;
    }

    /** Where npm is to put it. */
    Path folder() {
        return folder;
    }

    /** Deletes it if it is too large. No npm may run meanwhile. */
    void bound() throws IOException {
        if (Files.isDirectory(folder) && isTooLarge()) {
            FileTree.delete(folder);
        }
    }

    private boolean isTooLarge() throws IOException {
        Measure measure = new Measure();
        Files.walkFileTree(folder, measure);
        return measure.bytes > maxBytes;
    }

    private final class Measure extends SimpleFileVisitor<Path> {
        private long bytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            return bytes > maxBytes ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}
