package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Guards files that only we write. A symbolic link in the place of such a file was planted: what we write would go to
 * the link's target. Code that opens such a file passes {@link java.nio.file.LinkOption#NOFOLLOW_LINKS} as well,
 * because a link may appear between this check and the opening.
 */
public final class OwnFile {
    /** Mode 0700, for folders that nobody else may look into. */
    public static final FileAttribute<?> FOLDER_MODE = mode("rwx------");

    /** Mode 0600, for files that nobody else may read. */
    public static final FileAttribute<?> FILE_MODE = mode("rw-------");

    private OwnFile() {}

    private static FileAttribute<?> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /**
     * Checks that the file is no symbolic link; it need not exist.
     *
     * @throws Refusal if it is one, naming it
     */
    public static void refuseLink(Path file) {
        if (Files.isSymbolicLink(file)) {
            throw new Refusal(file + " is a symbolic link, and is not written through; delete it");
        }
    }

    /**
     * Deletes a symbolic link in the place of a file that is begun anew.
     *
     * @return whether there was one
     */
    public static boolean removeLink(Path file) throws IOException {
        return Files.isSymbolicLink(file) && Files.deleteIfExists(file);
    }
}
