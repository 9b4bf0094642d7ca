package dev.tinyserv.buildpacks.buildpack.java;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Maven's notes, in its local repository, of artifacts and lists of versions that it looked for and did not find or get. It
 * believes them for a day or for ever, also when the artifact has been published since.
 */
final class FailedLookups {
    private static final String OF_ARTIFACT = ".lastUpdated";
    private static final String OF_VERSIONS = "resolver-status.properties";
    private static final String FAILED = ".error=";
    private static final int MAX_BYTES = 1 << 20;

    private FailedLookups() {}

    /** Deletes them, so that the next run looks again; links are not followed. No Maven may run meanwhile. */
    static void forget(Path repository) throws IOException {
        if (!Files.isDirectory(repository, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(repository, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && isOne(file, attributes.size())) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The note about versions is one of successes, too. */
    private static boolean isOne(Path file, long size) throws IOException {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(OF_ARTIFACT)
                || (name.equals(OF_VERSIONS)
                        && size <= MAX_BYTES
                        && Files.readString(file, StandardCharsets.ISO_8859_1).contains(FAILED));
    }
}
