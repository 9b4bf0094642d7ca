package dev.tinyserv.cli.remote;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the repository that a folder lies in by names alone, where git looks for one. Git answers the same for a
 * repository that it cannot read as for a folder in none; this tells the two apart.
 */
final class RepositoryAbove {
    private RepositoryAbove() {}

    /** The folder that holds the repository or is it, or null when there is none. */
    static @Nullable Path of(Surroundings surroundings, Path folder) {
        String named = surroundings.variable("GIT_DIR");
        if (named != null) {
            return folder.resolve(named);
        }
        String ceilings = surroundings.variable("GIT_CEILING_DIRECTORIES");
        List<String> ends =
                ceilings == null ? List.of() : List.of(ceilings.split(Pattern.quote(File.pathSeparator), -1));
        boolean onAllDisks = surroundings.variable("GIT_DISCOVERY_ACROSS_FILESYSTEM") != null;
        Path start = folder.toAbsolutePath();
        for (Path above = start;
                above != null && (onAllDisks || isOnOneDisk(start, above));
                above = above.getParent()) {
            if (isRepository(above)) {
                return above;
            }
            if (above.getParent() != null && ends.contains(above.getParent().toString())) {
                return null;
            }
        }
        return null;
    }

    private static boolean isRepository(Path folder) {
        return Files.exists(folder.resolve(".git"), LinkOption.NOFOLLOW_LINKS)
                || (Files.exists(folder.resolve("HEAD"))
                        && Files.isDirectory(folder.resolve("objects"))
                        && Files.isDirectory(folder.resolve("refs")));
    }

    /** Git looks no further than the file system that it begins on. */
    private static boolean isOnOneDisk(Path one, Path other) {
        try {
            return !one.getFileSystem().supportedFileAttributeViews().contains("unix")
                    || Files.getAttribute(one, "unix:dev").equals(Files.getAttribute(other, "unix:dev"));
        } catch (IOException e) {
            return true; // what cannot be told is looked at
        }
    }
}
