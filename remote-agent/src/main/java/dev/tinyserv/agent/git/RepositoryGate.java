package dev.tinyserv.agent.git;

/**
 * Keeps garbage collection and everything else on one repository apart: files must not vanish under somebody who reads
 * them, nor objects that a push has stored and no ref names yet. So a pass is held during I/O, by design; what makes
 * it harmless is that collection alone excludes others, only begins when nobody is in, and gives up as soon as
 * somebody waits. Passes may be nested.
 */
final class RepositoryGate {
    private boolean swept;
    private int inside;
    private int waiting;
    private boolean collecting;

    /** Being inside. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for a collection to give up, which takes moments. */
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
     * Whether what a killed agent left is to be swept now, by who is the first here: others who enter wait until
     * {@link #endSweep}.
     */
    synchronized boolean tryBeginSweep() {
        if (swept || inside > 0 || collecting) {
            return false;
        }
        swept = true;
        collecting = true;
        return true;
    }

    /** Lets others in; unless it is done, the next who comes sweeps again. */
    synchronized void endSweep(boolean done) {
        swept = done;
        endCollection();
    }

    /** Whether collection may begin; then {@link #endCollection()} must follow. Never waits. */
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
