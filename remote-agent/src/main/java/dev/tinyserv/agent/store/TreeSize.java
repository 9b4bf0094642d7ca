package dev.tinyserv.agent.store;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Measures how much of the disk a tree of files takes. */
public final class TreeSize {
    private static final long USUAL_BLOCK = 4096;

    /** No file system has larger ones; some in a network tell how much they send at once. */
    private static final long LARGEST_BLOCK = 64 * 1024;

    private TreeSize() {}

    /**
     * The bytes that a tree takes on its file system: a block for each folder, and whole blocks for each regular file. A
     * file with several names counts for its share under each; holes in a file count in full. Symbolic links are not
     * followed. What goes meanwhile, or cannot be read, is left out; 0 if there is no tree.
     */
    public static long of(Path tree) {
        Sum sum = new Sum(blockOf(tree));
        try {
            Files.walkFileTree(tree, sum);
        } catch (IOException e) {
            return sum.bytes;
        }
        return sum.bytes;
    }

    private static long blockOf(Path tree) {
        try {
            return Math.min(Files.getFileStore(tree).getBlockSize(), LARGEST_BLOCK);
        } catch (IOException e) {
            return USUAL_BLOCK;
        }
    }

    private static final class Sum extends SimpleFileVisitor<Path> {
        private final long block;
        private long bytes;

        Sum(long block) {
            this.block = block;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            bytes += block;
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
                bytes += (attributes.size() + block - 1) / block * block / names(file);
            }
            return FileVisitResult.CONTINUE;
        }

        private static int names(Path file) {
            try {
                return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
            } catch (IOException e) {
                return 1; // it has just gone
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
