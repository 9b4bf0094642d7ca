package dev.tinyserv.agent.git;

import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectChecker;
import org.jspecify.annotations.Nullable;

/**
 * Git's checks of pushed objects, as strict as {@code git fsck --strict} but for flaws of old histories on which no
 * file depends: dates, time zones, and modes with a leading zero. Git hosts take these, too. (Git's {@code
 * missingSpaceBeforeEmail}, {@code missingNameBeforeEmail}, {@code badDateOverflow}, {@code zeroPaddedDate}, {@code
 * nulInCommit}, and a {@code <} in an address are nothing that JGit checks.)
 *
 * @see <a href="https://git-scm.com/docs/git-fsck#_fsck_messages">the names of the checks</a>
 */
final class HistoryChecks extends ObjectChecker {
    private static final Set<ErrorType> TAKEN = EnumSet.of(
            ErrorType.BAD_DATE,
            ErrorType.BAD_TIMEZONE,
            ErrorType.MISSING_SPACE_BEFORE_DATE,
            ErrorType.ZERO_PADDED_FILEMODE);

    HistoryChecks() {
        setIgnore(TAKEN);
    }

    /** JGit reads over the end of an object that ends in the middle of a line. */
    @Override
    public void check(@Nullable AnyObjectId id, int type, byte[] raw) throws CorruptObjectException {
        try {
            super.check(id, type, raw);
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new CorruptObjectException((id == null ? "an object" : "object " + id.name()) + ": ends early", e);
        }
    }
}
