package dev.tinyserv.buildpacks.source;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of one version of an app, as they were given to us; they do not change. Paths are relative, with '/'. */
public interface AppSource {
    /** The most names that {@link #files} returns. */
    int MOST_NAMES = 10_000;

    /**
     * The content of a regular file.
     *
     * @param path a path in the tree, such as {@code Procfile}
     * @param limit the most bytes that are read
     * @return empty if there is no such entry, or it is no regular file (links are not followed)
     * @throws Refusal if the file is larger than the limit
     */
    Optional<byte[]> read(String path, int limit) throws IOException;

    /** Whether there is an entry of any kind at the path. */
    boolean exists(String path) throws IOException;

    /** Whether there is an entry of any kind at one of the paths. */
    default boolean hasAny(List<String> paths) throws IOException {
        for (String path : paths) {
            if (exists(path)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The names of the regular files in a folder.
     *
     * @param folder a path in the tree; empty for its top
     * @return at most {@value #MOST_NAMES} of them; none if there is no such folder
     */
    List<String> files(String folder) throws IOException;

    /**
     * The names of the folders in a folder.
     *
     * @param folder a path in the tree; empty for its top
     * @return at most {@value #MOST_NAMES} of them; none if there is no such folder
     */
    List<String> folders(String folder) throws IOException;

    /**
     * Writes the tree into an existing, empty folder. Nothing outside it is written, links are created but never followed.
     *
     * @param transcript is told of what is left out
     * @return the full ids of the commits of other repositories that the tree names, by their paths; their folders are
     *     empty
     * @throws Refusal if the tree cannot or may not be written, saying why (a limit, a name, a full disk)
     * @throws IOException if the source cannot be read or the folder not be written
     */
    Map<String, String> writeTo(Path folder, Transcript transcript) throws IOException;
}
