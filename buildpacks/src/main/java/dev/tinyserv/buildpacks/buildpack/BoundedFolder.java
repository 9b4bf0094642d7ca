package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder in an app's cache that a tool fills and never empties by itself. */
public record BoundedFolder(Path folder, long maxBytes) {
    private static final long USUAL = 500L << 20;

    /** A folder that may grow to 500 MB. */
    public BoundedFolder(Path folder) {
        this(folder, USUAL);
    }

    /** Whether the folder exists. */
    public boolean isThere() {
        return Files.isDirectory(folder);
    }

    /** Deletes the folder if it has grown too large. Nothing may use it meanwhile. */
    public void bound() throws IOException {
        if (isThere() && isTooLarge()) {
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
