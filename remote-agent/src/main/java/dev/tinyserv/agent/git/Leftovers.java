package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DurableFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a killed agent leaves in repositories: locks that nobody holds, half a pack, files that probe the clock. */
final class Leftovers {
    /** No ref can end with {@code .lock}; a branch may well be called {@code x.tmp}. */
    private static final Pattern AMONG_REFS = Pattern.compile(".*\\.lock|\\.probe-.*");

    private static final Pattern ELSEWHERE = Pattern.compile(
            ".*\\.lock|\\.probe-.*|incoming_.*|gc_.*|noz.*|tmp_.*|.*\\.tmp|.*_tmp|\\.tmp-.*|.*\\.keep|gc\\.pid");

    private Leftovers() {}

    /** Deletes them; only while nobody works in the repository. */
    static void sweep(Path repository) throws IOException {
        if (String.valueOf(repository.getFileName()).startsWith(DurableFile.TEMPORARY_PREFIX)) {
            deleteTree(repository);
            return;
        }
        Path refs = repository.resolve("refs");
        Files.walkFileTree(repository, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.equals(repository.resolve("hooks"))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(file.getFileName());
                Pattern leftover = file.startsWith(refs) ? AMONG_REFS : ELSEWHERE;
                if (leftover.matcher(name).matches() || isPackWithoutIndex(file, name)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // the app is being destroyed
                }
                throw failure;
            }
        });
    }

    /** JGit renames the pack first and its index last: without the index it was never whole. */
    private static boolean isPackWithoutIndex(Path file, String name) {
        return name.endsWith(".pack")
                && !Files.exists(file.resolveSibling(name.substring(0, name.length() - 5) + ".idx"));
    }

    /** Deletes a folder with all that is in it; links are deleted, not followed. */
    static void deleteTree(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
