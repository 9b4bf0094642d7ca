package dev.tinyserv.agent.git;

import org.jspecify.annotations.Nullable;

/** Java has no type for it: a full disk, or a quota that is used up, is told by the system's words only. */
final class DiskFull {
    private DiskFull() {}

    static boolean isTold(Throwable failure) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }
}
