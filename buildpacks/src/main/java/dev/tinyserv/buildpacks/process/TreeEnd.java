package dev.tinyserv.buildpacks.process;

import java.time.Duration;
import java.util.List;

/** Ends a tree of processes: SIGTERM, some time, SIGKILL. */
final class TreeEnd {
    private static final long LONGEST_PAUSE_MILLIS = 100;

    private TreeEnd() {}

    /** Returns when nothing of the tree is left that could be killed; true if this thread was interrupted meanwhile. */
    static boolean end(ProcessTree tree, Duration grace) {
        // Of those that wiped their environment only the session tells, and only while its root lives: remember them.
        List<ProcessIdentity> known = tree.members();
        if (known.isEmpty()) {
            return false;
        }
        tree.terminate();
        boolean interrupted = awaitGone(tree, known, grace);
        tree.kill();
        known.forEach(TreeEnd::kill);
        // A killed process needs a moment to go.
        return awaitGone(tree, known, grace) || interrupted;
    }

    private static void kill(ProcessIdentity process) {
        ProcessHandle.of(process.pid()).filter(handle -> process.isAlive()).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static boolean awaitGone(ProcessTree tree, List<ProcessIdentity> known, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        long pause = 5;
        try {
            while (System.nanoTime() < end
                    && (known.stream().anyMatch(ProcessIdentity::isAlive)
                            || !tree.members().isEmpty())) {
                Thread.sleep(pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }
}
