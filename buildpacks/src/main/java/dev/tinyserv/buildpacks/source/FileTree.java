package dev.tinyserv.buildpacks.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders with all that is in them. */
public final class FileTree {
    private FileTree() {}

    /**
     * Deletes a file, link or folder with all that is in it, if it is there. Links are deleted and never followed;
     * folders that were made unwritable are made writable. Nothing may put files there meanwhile: end the processes
     * that could first.
     *
     * @throws IOException if something cannot be deleted; the rest is deleted all the same
     */
    public static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Deletion deletion = new Deletion();
        // Without FOLLOW_LINKS a link is a file to the walk.
        Files.walkFileTree(tree, deletion);
        IOException failure = deletion.failure;
        if (failure != null) {
            throw failure;
        }
    }

    /** The entries of a folder whose names match the glob, in no order. Throws if there is no such folder. */
    public static List<Path> entries(Path folder, String glob) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
            List<Path> entries = new ArrayList<>();
            stream.forEach(entries::add);
            return entries;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * Whether a folder between the two is a link, behind which nothing may be written or deleted.
     *
     * @param folder the upper folder, whose own path may have links
     * @param path a path below the folder, which may be a link itself
     */
    public static boolean isBehindLink(Path folder, Path path) {
        Path below = folder.relativize(path);
        for (int names = 1; names < below.getNameCount(); names++) {
            if (Files.isSymbolicLink(folder.resolve(below.subpath(0, names)))) {
                return true;
            }
        }
        return false;
    }

    /** {@linkplain #delete Deletes} a tree below a folder, unless a folder between is a link. */
    public static void deleteBelow(Path folder, Path tree) throws IOException {
        if (!isBehindLink(folder, tree)) {
            delete(tree);
        }
    }

    /**
     * Whether the folder is a link or there may be one in it, at any depth: also if a folder in it cannot be read. Not if
     * there is no such folder.
     */
    public static boolean hasLinks(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(Files::isSymbolicLink);
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        private static final Set<PosixFilePermission> OWNER = EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

        private @Nullable IOException failure;

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (!isWritable(folder)) {
                allow(folder);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return remove(file);
        }

        /** The walk could not open it: a folder that its owner may not read. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && !isWritable(file)) {
                allow(file);
                Files.walkFileTree(file, this);
                return FileVisitResult.CONTINUE;
            }
            return remember(e);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
            if (e != null) {
                remember(e);
            }
            return remove(folder);
        }

        private static boolean isWritable(Path folder) throws IOException {
            return Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
                    .containsAll(OWNER);
        }

        private FileVisitResult allow(Path folder) {
            try {
                Files.setPosixFilePermissions(folder, OWNER);
                return FileVisitResult.CONTINUE;
            } catch (IOException e) {
                return remember(e);
            }
        }

        private FileVisitResult remove(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                remember(e);
            }
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult remember(IOException e) {
            IOException first = failure;
            if (first == null) {
                failure = e;
            } else if (first.getSuppressed().length < 10) {
                first.addSuppressed(e);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
