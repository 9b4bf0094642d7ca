package dev.tinyserv.agent.log;

/** Wakes threads that wait for a change since they last looked. Safe for several threads. */
final class Signal {
    private long version;

    synchronized void raise() {
        version++;
        notifyAll();
    }

    /**
     * The number of changes so far. A thread reads it, looks, and gives it to {@link #await}: so it misses no change.
     */
    synchronized long version() {
        return version;
    }

    /** Waits until there is a change after the version seen; returns at once if there was one. */
    synchronized void await(long seen) throws InterruptedException {
        while (version == seen) {
            wait();
        }
    }
}
