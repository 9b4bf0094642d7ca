package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that is ours to write. A symbolic link in its place was planted: what is written there would go to wherever it
 * leads. Whoever opens such a file says {@link java.nio.file.LinkOption#NOFOLLOW_LINKS} as well, which leaves no moment
 * between the look and the opening.
 */
public final class OwnFile {
    /** The mode with which folders are made that nobody else may look into. */
    public static final FileAttribute<?> FOLDER_MODE = mode("rwx------");

    /** The mode with which files are made that nobody else may read. */
    public static final FileAttribute<?> FILE_MODE = mode("rw-------");

    private OwnFile() {}

    private static FileAttribute<?> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

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
