package dev.tinyserv.buildpacks.process;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads, which do not keep this process from ending. */
public final class Daemon {
    private Daemon() {}

    /** Starts a daemon thread. */
    public static Thread start(String name, Runnable work) {
        Thread thread = made(name, work);
        thread.start();
        return thread;
    }

    /** Makes threads of one name. */
    public static ThreadFactory named(String name) {
        return work -> made(name, work);
    }

    /** Makes threads whose names begin so and end with a number, from 1 on. */
    public static ThreadFactory numbered(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return work -> made(prefix + number.incrementAndGet(), work);
    }

    private static Thread made(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
