package dev.tinyserv.agent.machine;

import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds who holds a lock file that names its holder, without touching the lock. */
public final class LockHolder {
    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,9}");

    private LockHolder() {}

    /**
     * The process that the file names, if it has the file open; without that the text is of somebody who has gone, and
     * its pid may be another's. Not for the holder itself: a process that closes a file loses its locks on it.
     */
    public static Optional<ProcessIdentity> of(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            return PID.matcher(text).matches()
                    ? ProcessIdentity.of(Long.parseLong(text)).filter(process -> hasOpen(process.pid(), file))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // never locked, or not ours to look at
        }
    }

    private static boolean hasOpen(long pid, Path file) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path one : open) {
                if (isSame(one, file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException e) {
            return false; // it has ended, or belongs to somebody else
        }
    }

    private static boolean isSame(Path open, Path file) {
        try {
            return Files.isSameFile(open, file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
