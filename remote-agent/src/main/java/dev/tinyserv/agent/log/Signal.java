package dev.tinyserv.agent.log;

/** Wakes whoever waits for something to have changed since he looked. Safe for several threads. */
final class Signal {
    private long version;

    synchronized void raise() {
        version++;
        notifyAll();
    }

    /** To be read before one looks, and then given to {@link #await}: so no change between the two is missed. */
    synchronized long version() {
        return version;
    }

    synchronized void await(long seen) throws InterruptedException {
        while (version == seen) {
            wait();
        }
    }
}
