package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a tool downloaded for an app's builds: {@code cache/NAME}. Hardly any tool removes what it has not used for long,
 * so the folder is deleted when it has grown too large.
 */
public final class DownloadCache {
    private static final long MAX_BYTES = 500L << 20;

    private final Path folder;
    private final long maxBytes;

    /**
     * The downloads of one tool.
     *
     * @param cache the folder in which the app's builds keep their things
     * @param name of the tool
     */
    public DownloadCache(Path cache, String name) {
        this(cache, name, MAX_BYTES);
    }

    DownloadCache(Path cache, String name, long maxBytes) {
        this.folder = cache.resolve(name);
        this.maxBytes = maxBytes;
    }

    /** Where the tool is to put it; made by the tool. */
    public Path folder() {
        return folder;
    }

    /** Deletes it if it is too large. The tool may not run meanwhile. */
    public void bound() throws IOException {
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
