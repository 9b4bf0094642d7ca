package dev.tinyserv.agent.store;

import dev.tinyserv.buildpacks.base.Printable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes failures of the disk among the failures of a push, by the system's words. Java has no type for them: a
 * write or an fsync that fails throws a plain IOException with the system's words, and without the path.
 */
public final class DiskTrouble {
    private static final int LONGEST = 300;
    private static final List<String> FULL = List.of("No space left on device", "Disk quota exceeded");

    private DiskTrouble() {}

    /** Whether the failure or one of its causes says that the disk, or the user's quota, is full. */
    public static boolean isFull(Throwable failure) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            if (says(t, FULL)) {
                return true;
            }
        }
        return false;
    }

    /**
     * One line with the path, the reason and what to do; empty if no cause of the failure is about a file or the disk.
     *
     * @param place the path that is named if the failure names none
     */
    public static Optional<String> told(Throwable failure, Path place) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof FileSystemException || t instanceof FileNotFoundException || isTheSystems(t)) {
                return Optional.of(line((IOException) t, place));
            }
        }
        return Optional.empty();
    }

    /** As {@link #told}, for a failure that can only come from a file or the disk. */
    public static String line(IOException failure, Path place) {
        String path = place.toString();
        String reason = JsonStore.reason(failure);
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            path = file.getFile();
        } else if (failure instanceof FileNotFoundException && reason.endsWith(")") && reason.contains(" (")) {
            int at = reason.lastIndexOf(" (");
            path = reason.substring(0, at);
            reason = reason.substring(at + 2, reason.length() - 1);
        }
        String todo = isFull(failure)
                ? "the server's disk is full, free some space, then push again"
                : "see to the server's disk, then push again";
        return Printable.shortened("cannot write " + path + ": " + reason, LONGEST) + "; " + todo;
    }

    private static boolean isTheSystems(Throwable t) {
        return t instanceof IOException
                && (says(t, FULL) || says(t, List.of("Input/output error", "Read-only file system")));
    }

    private static boolean says(Throwable t, List<String> words) {
        String message = String.valueOf(t.getMessage());
        return words.stream().anyMatch(message::contains);
    }
}
