package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files that a killed agent leaves in a repository: stale locks, half a pack, files that probe the clock, and
 * quarantined objects.
 */
final class Leftovers {
    /** No ref can end with {@code .lock}; a branch may well be called {@code x.tmp}. */
    private static final Pattern AMONG_REFS = Pattern.compile(".*\\.lock|\\.probe-.*");

    private static final Pattern ELSEWHERE = Pattern.compile(".*\\.lock|\\.probe-.*|incoming_.*|insert_.*|gc_.*|noz.*"
            + "|tmp_.*|.*\\.tmp|.*_tmp|\\.tmp-.*|.*\\.keep|gc\\.pid");

    /** How the folder of a push's quarantine begins. Git's own name: its prune deletes such folders too. */
    static final String QUARANTINE = "tmp_objdir-incoming-";

    private static final String LOCKED_PACK = ".keep";

    private Leftovers() {}

    /**
     * Deletes the leftovers. Only while nobody works in the repository.
     *
     * @return whether a push was under way, so that a pack may be there that no ref needs; the folder of its quarantine
     *     stays as a mark of that until {@link #deleteMarks}
     */
    static boolean sweep(Path repository) throws IOException {
        if (String.valueOf(repository.getFileName()).startsWith(DurableFile.TEMPORARY_PREFIX)) {
            FileTree.delete(repository);
            return false;
        }
        boolean pushed = !marks(repository).isEmpty();
        for (Path leftover : find(repository)) {
            pushed |= leftover.toString().endsWith(LOCKED_PACK);
            Files.deleteIfExists(leftover);
        }
        return pushed;
    }

    /** The files that {@link #sweep} deletes in a repository. */
    static List<Path> find(Path repository) throws IOException {
        List<Path> found = new ArrayList<>();
        Path refs = repository.resolve("refs");
        List<Path> quarantines = marks(repository);
        Files.walkFileTree(repository, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.equals(repository.resolve("hooks"))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = String.valueOf(file.getFileName());
                Pattern leftover = file.startsWith(refs) ? AMONG_REFS : ELSEWHERE;
                if (leftover.matcher(name).matches()
                        || isPackWithoutIndex(file, name)
                        || quarantines.stream().anyMatch(file::startsWith)) {
                    found.add(file);
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
        return found;
    }

    /** Whether the repository may have packs that no ref needs. */
    static boolean isMarked(Path repository) throws IOException {
        return !marks(repository).isEmpty();
    }

    /** Deletes the marks, once such packs are gone. */
    static void deleteMarks(Path repository) throws IOException {
        for (Path mark : marks(repository)) {
            FileTree.delete(mark);
        }
    }

    private static List<Path> marks(Path repository) throws IOException {
        try {
            return FileTree.entries(repository.resolve("objects"), QUARANTINE + "*");
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of(); // no repository, or its app is being destroyed
        }
    }

    /** JGit renames the pack first and its index last: without the index it was never whole. */
    private static boolean isPackWithoutIndex(Path file, String name) {
        return name.endsWith(".pack")
                && !Files.exists(file.resolveSibling(name.substring(0, name.length() - 5) + ".idx"));
    }
}
