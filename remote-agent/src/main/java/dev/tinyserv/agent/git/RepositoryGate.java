package dev.tinyserv.agent.git;

/**
 * Keeps garbage collection apart from all other use of one repository: it must not delete files that are read, nor
 * objects that a push has stored and no ref names yet. A pass is held during I/O, by design. That is harmless, because
 * only collection excludes others, begins when nobody is inside, and gives up as soon as somebody waits. Passes may be
 * nested.
 */
final class RepositoryGate {
    private boolean swept;
    private int inside;
    private int waiting;
    private boolean collecting;

    /** The right to use the repository. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** Enters; waits until a running collection has given up, which takes moments. */
    synchronized Pass enter() {
        boolean interrupted = false;
        waiting++;
        while (collecting) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        waiting--;
        inside++;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return this::leave;
    }

    private synchronized void leave() {
        inside--;
    }

    /**
     * True for the first caller, who must sweep what a killed agent left. Others who enter wait until {@link
     * #endSweep}.
     */
    synchronized boolean tryBeginSweep() {
        if (swept || inside > 0 || collecting) {
            return false;
        }
        swept = true;
        collecting = true;
        return true;
    }

    /** Lets others in. Unless the sweep is done, the next caller sweeps again. */
    synchronized void endSweep(boolean done) {
        swept = done;
        endCollection();
    }

    /** True if collection begins; {@link #endCollection()} must follow. Never waits. */
    synchronized boolean tryBeginCollection() {
        if (inside > 0 || collecting) {
            return false;
        }
        collecting = true;
        return true;
    }

    synchronized void endCollection() {
        collecting = false;
        notifyAll();
    }

    synchronized boolean someoneWaits() {
        return waiting > 0;
    }
}
