package dev.tinyserv.buildpacks.buildpack;

import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;

/**
 * Walks over a tree and computes its seal: a hash of names, sizes and times of all files and of the targets of links,
 * in any order. Links are not followed.
 */
final class SealedWalk extends SimpleFileVisitor<Path> {
    private final Path tree;
    private final Cancellation cancellation;
    private final Step step;
    private final MessageDigest digest = Fingerprint.sha256();
    private long entries;
    private long sum;

    private SealedWalk(Path tree, Cancellation cancellation, Step step) {
        this.tree = tree;
        this.cancellation = cancellation;
        this.step = step;
    }

    /** A step for each folder, file and link; a folder comes before its entries. */
    interface Step {
        /** Called with the path, and the path below the tree, which is empty for the tree itself. */
        void at(Path path, Path below, BasicFileAttributes attributes) throws IOException;
    }

    /**
     * Walks and returns the seal: the same text for trees that look the same.
     *
     * @throws IOException if anything cannot be read, or from the step
     */
    static String over(Path tree, Cancellation cancellation, Step step) throws IOException {
        SealedWalk walk = new SealedWalk(tree, cancellation, step);
        Files.walkFileTree(tree, walk);
        return walk.entries + " files " + Long.toHexString(walk.sum) + "\n";
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        cancellation.check();
        step.at(folder, tree.relativize(folder), attributes);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Path below = tree.relativize(file);
        String looks = attributes.isSymbolicLink()
                ? "-> " + Files.readSymbolicLink(file)
                : attributes.size() + " " + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        byte[] hash = digest.digest((below + "\n" + looks).getBytes(StandardCharsets.UTF_8));
        entries++;
        sum += ByteBuffer.wrap(hash).getLong();
        step.at(file, below, attributes);
        return FileVisitResult.CONTINUE;
    }
}
