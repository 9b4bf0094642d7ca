package dev.tinyserv.agent.run;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls an action in a thread of its own: as soon as an exit status is left in the folder, and at least once a second.
 */
final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BLIND_TICK_MILLIS = 250;

    private final Path folder;
    private final Runnable action;
    private final Thread thread;

    Watch(Path folder, Runnable action) {
        this.folder = folder;
        this.action = action;
        this.thread = new Thread(this::run, "run-watch");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The action is not called any more when this returns, unless its last call takes over a second. */
    void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(TICK_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (WatchService service = register()) {
            while (!Thread.currentThread().isInterrupted()) {
                act();
                await(service);
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            return; // closed
        } catch (IOException e) {
            LOG.warn("cannot close the watch on {}", folder, e);
        }
    }

    private void act() {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("cannot look after the instances; going on", e);
        }
    }

    /** A service that cannot be had, as when inotify's limit is reached, makes us slower and not deaf. */
    private @Nullable WatchService register() {
        try {
            WatchService service = folder.getFileSystem().newWatchService();
            folder.register(service, StandardWatchEventKinds.ENTRY_CREATE);
            return service;
        } catch (IOException e) {
            LOG.warn("cannot watch {}; looking four times a second instead: {}", folder, e.toString());
            return null;
        }
    }

    private static void await(@Nullable WatchService service) throws InterruptedException {
        if (service == null) {
            Thread.sleep(BLIND_TICK_MILLIS);
            return;
        }
        long deadline = System.nanoTime() + TICK_NANOS;
        boolean exited = false;
        while (!exited) {
            WatchKey key = service.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (key == null) {
                return;
            }
            for (WatchEvent<?> event : key.pollEvents()) {
                exited |= event.context() == null || event.context().toString().endsWith(".exit");
            }
            key.reset();
        }
    }
}
