package dev.tinyserv.buildpacks.process;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Ends a tree of processes: SIGTERM, some time, SIGKILL. */
final class TreeEnd {
    private static final long LONGEST_PAUSE_MILLIS = 100;

    private TreeEnd() {}

    /**
     * Returns when nothing of the tree is left that could be killed; true if this thread was interrupted meanwhile. To be
     * called while the tree's root lives or at once after it has ended.
     */
    static boolean end(ProcessTree tree, Duration grace) {
        // Of those that wiped their environment only the session tells, and only now: remember them.
        Set<ProcessIdentity> known = new LinkedHashSet<>(tree.membersAtEnd());
        if (known.isEmpty()) {
            return false;
        }
        known.forEach(member -> ProcessTree.signal(member, false));
        boolean interrupted = awaitGone(tree, known, grace);
        tree.kill();
        known.forEach(member -> ProcessTree.signal(member, true));
        // A killed process needs a moment to go.
        return awaitGone(tree, known, grace) || interrupted;
    }

    private static boolean awaitGone(ProcessTree tree, Set<ProcessIdentity> known, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        long pause = 5;
        try {
            while (System.nanoTime() < end && isAnyLeft(tree, known)) {
                Thread.sleep(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Those that came since are known from now on, too. */
    private static boolean isAnyLeft(ProcessTree tree, Set<ProcessIdentity> known) {
        List<ProcessIdentity> left = tree.membersAnd(known);
        known.addAll(left);
        return !left.isEmpty();
    }
}
