package dev.tinyserv.agent.machine;

import dev.tinyserv.buildpacks.process.Daemon;
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

/** Tells in a thread of its own which files appear in a folder, at once, and each second that it has passed. */
public final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BLIND_TICK_MILLIS = 250;

    private final Path folder;
    private final Listener listener;
    private final Thread thread;

    /** Hears of what is to be looked at. */
    public interface Listener {
        /** A file of that name has appeared. */
        void appeared(String name);

        /** About a second has passed. */
        void tick();

        /** Any file may have appeared since the last call. */
        void lookAtAll();
    }

    /** A watch that has not begun. */
    public Watch(Path folder, Listener listener) {
        this.folder = folder;
        this.listener = listener;
        this.thread = Daemon.named("run-watch").newThread(this::run);
    }

    /** Begins with {@link Listener#lookAtAll}. */
    public void start() {
        thread.start();
    }

    /** The listener is not called any more when this returns, unless its last call takes over a second. */
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(TICK_NANOS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (WatchService service = register()) {
            tell(listener::lookAtAll);
            while (!Thread.currentThread().isInterrupted()) {
                tell(listener::tick);
                await(service);
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            return; // closed
        } catch (IOException e) {
            LOG.warn("cannot close the watch on {}", folder, e);
        }
    }

    private void tell(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            LOG.error("cannot look after what appears in {}; going on", folder, e);
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

    /** Returns after a second. */
    private void await(@Nullable WatchService service) throws InterruptedException {
        if (service == null) {
            Thread.sleep(BLIND_TICK_MILLIS);
            tell(listener::lookAtAll);
            return;
        }
        long deadline = System.nanoTime() + TICK_NANOS;
        WatchKey key = service.poll(TICK_NANOS, TimeUnit.NANOSECONDS);
        while (key != null) {
            key.pollEvents().forEach(this::tellOf);
            key.reset();
            long left = deadline - System.nanoTime();
            key = left > 0 ? service.poll(left, TimeUnit.NANOSECONDS) : null;
        }
    }

    /** Without a name it stands for those that the kernel could not keep. */
    private void tellOf(WatchEvent<?> event) {
        String name = event.context() == null ? "" : event.context().toString();
        if (name.isEmpty()) {
            tell(listener::lookAtAll);
        } else {
            tell(() -> listener.appeared(name));
        }
    }
}
