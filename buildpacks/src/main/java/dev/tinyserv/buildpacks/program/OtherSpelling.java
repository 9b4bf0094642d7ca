package dev.tinyserv.buildpacks.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a file of an app whose name differs only in case from a missing one. */
public final class OtherSpelling {
    private static final int MOST_FILES = 10_000;

    private OtherSpelling() {}

    /**
     * Its name in the tree; empty if there is none.
     *
     * @param tree the root of the app's repository; nothing is looked for outside of it
     * @param missing the file that is not there
     */
    public static Optional<String> of(Path tree, Path missing) {
        Path wanted = missing.normalize();
        Path parent = wanted.getParent();
        Path name = wanted.getFileName();
        if (parent == null || name == null || !parent.startsWith(tree)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(parent)) {
            if (!parent.toRealPath().startsWith(tree.toRealPath())) {
                return Optional.empty();
            }
            return files.limit(MOST_FILES)
                    .filter(other -> String.valueOf(other.getFileName()).equalsIgnoreCase(name.toString()))
                    .findFirst()
                    .map(other -> tree.relativize(other).toString());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
