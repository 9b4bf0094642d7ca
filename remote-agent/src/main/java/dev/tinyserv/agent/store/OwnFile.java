package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is ours to write. A symbolic link in its place was planted: what is written there would go to wherever it
 * leads. Whoever opens such a file says {@link java.nio.file.LinkOption#NOFOLLOW_LINKS} as well, which leaves no moment
 * between the look and the opening.
 */
public final class OwnFile {
    private OwnFile() {}

    /** Refuses a link, and says which. */
    public static void refuseLink(Path file) {
        if (Files.isSymbolicLink(file)) {
            throw new Refusal(file + " is a symbolic link, and is not written through; delete it");
        }
    }

    /** Deletes a link in the file's place, for files that are begun anew; whether there was one. */
    public static boolean removeLink(Path file) throws IOException {
        return Files.isSymbolicLink(file) && Files.deleteIfExists(file);
    }
}
