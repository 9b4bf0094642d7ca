package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.base.Printable;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TooLargePackException;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;

/** The reason why a pack was refused, in one line that git shows the pusher. */
final class UnpackFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private static final String WITHOUT_HISTORY = "`tinyserv deploy` sends the files without their history";

    private UnpackFailure(String line, Throwable cause) {
        super(line, cause);
    }

    static UnpackFailure of(Throwable cause, GitSettings settings, boolean shallow, Path objects) {
        return new UnpackFailure(Printable.shortened(words(cause, settings, shallow, objects), 400), cause);
    }

    private static String words(Throwable cause, GitSettings settings, boolean shallow, Path objects) {
        if (cause instanceof TooLargePackException) {
            return "the push is larger than " + TreeLimits.size(settings.maxPackBytes())
                    + "; push less, or raise TINYSERV_MAX_PACK on the server";
        }
        if (cause instanceof TooLargeObjectInPackException) {
            return "a file in the push is larger than " + TreeLimits.size(settings.maxObjectBytes())
                    + "; remove it from the commits, or raise TINYSERV_MAX_OBJECT on the server";
        }
        if (cause instanceof MissingObjectException && shallow) {
            return "this is a shallow clone: run git fetch --unshallow, then push again";
        }
        if (cause instanceof OutOfMemoryError || cause instanceof LargeObjectException) {
            return "an object in the push needs more memory than the agent has; remove large files from the commits";
        }
        if (cause instanceof SubmoduleValidationException) {
            return ".gitmodules is refused: " + cause.getMessage() + "; correct it in the commits; " + WITHOUT_HISTORY;
        }
        if (cause instanceof CorruptObjectException) {
            return "refused by git's checks: " + cause.getMessage() + "; git fsck --strict shows where; "
                    + WITHOUT_HISTORY;
        }
        String other = cause instanceof IOException
                ? String.valueOf(cause.getMessage())
                : "internal error, see the agent's log";
        return DiskTrouble.told(cause, objects).orElse(other);
    }
}
