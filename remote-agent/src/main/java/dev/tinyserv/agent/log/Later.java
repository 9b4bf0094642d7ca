package dev.tinyserv.agent.log;

/** The collector's thread, for what is to be done after a while. */
@FunctionalInterface
interface Later {
    void after(long millis, Runnable action);
}
