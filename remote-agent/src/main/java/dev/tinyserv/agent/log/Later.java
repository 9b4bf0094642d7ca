package dev.tinyserv.agent.log;

/** Runs actions later, in the collector's thread. */
@FunctionalInterface
interface Later {
    /** Runs the action once after so many ms. Any thread. */
    void after(long millis, Runnable action);
}
