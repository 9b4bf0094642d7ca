package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Files that several trees share by hard links, see link(2). They are read-only, because a change would be in all
 * trees; root can write to them.
 */
final class SharedFiles {
    private static final Set<PosixFilePermission> WRITING = EnumSet.of(
            PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private SharedFiles() {}

    /** Takes all permissions to write from the files of a tree, not from its folders; returns its seal. */
    static String protect(Path tree, Cancellation cancellation) throws IOException {
        return SealedWalk.over(tree, cancellation, (path, below, attributes) -> {
            if (attributes.isRegularFile()) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
                if (permissions.removeAll(WRITING)) {
                    Files.setPosixFilePermissions(path, permissions);
                }
            }
        });
    }

    /** Makes a tree with folders and links of its own and the files of another one, and returns that one's seal. */
    static String link(Path from, Path to, Cancellation cancellation) throws IOException {
        return SealedWalk.over(from, cancellation, (path, below, attributes) -> {
            Path target = to.resolve(below);
            if (attributes.isDirectory()) {
                Files.createDirectory(target);
            } else if (attributes.isSymbolicLink()) {
                Files.createSymbolicLink(target, Files.readSymbolicLink(path));
            } else if (attributes.isRegularFile()) {
                Files.createLink(target, path);
            }
        });
    }

    /**
     * Replaces the files of a tree that are the same in a protected one, by name, content, time and permissions, by links to
     * those. Nothing may change the tree meanwhile.
     */
    static void replace(Path tree, Path by, Cancellation cancellation) throws IOException {
        Files.walkFileTree(tree, new Replacement(tree, by, cancellation));
    }

    private static final class Replacement extends SimpleFileVisitor<Path> {
        private static final String NAME = ".tinyserv-link";

        private final Path tree;
        private final Path by;
        private final Cancellation cancellation;

        Replacement(Path tree, Path by, Cancellation cancellation) {
            this.tree = tree;
            this.by = by;
            this.cancellation = cancellation;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            cancellation.check();
            boolean both = Files.isDirectory(by.resolve(tree.relativize(folder)), LinkOption.NOFOLLOW_LINKS);
            return both ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Path other = by.resolve(tree.relativize(file));
            if (attributes.isRegularFile() && Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS)) {
                PosixFileAttributes here = posix(file);
                PosixFileAttributes there = posix(other);
                // Package managers give all files one time: that alone does not tell two of a size apart.
                if (isSame(here, there) && !there.fileKey().equals(here.fileKey()) && Files.mismatch(file, other) < 0) {
                    Path link = file.resolveSibling(NAME);
                    Files.createLink(link, other);
                    Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        private static PosixFileAttributes posix(Path file) throws IOException {
            return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        }

        private static boolean isSame(PosixFileAttributes here, PosixFileAttributes there) {
            Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
            permissions.addAll(here.permissions());
            permissions.removeAll(WRITING);
            return here.size() == there.size()
                    && here.lastModifiedTime().equals(there.lastModifiedTime())
                    && permissions.equals(there.permissions());
        }
    }
}
