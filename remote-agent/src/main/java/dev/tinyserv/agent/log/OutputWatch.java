package dev.tinyserv.agent.log;

import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which raw files have grown, from a thread of its own that sleeps in the kernel (inotify). Where the kernel has
 * no watch left for this user, {@link Logs} looks at all files twice a second instead.
 */
final class OutputWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputWatch.class);

    private final Path folder;
    private final Consumer<String> changed;
    private final Runnable anythingChanged;
    private final Runnable unavailable;
    private final WatchService service;

    /**
     * Begins to watch. All three are called in the watch's thread.
     *
     * @param changed takes the id of a file that grew
     * @param anythingChanged is called when it is not known which file grew
     * @param unavailable is called once, after the last other call, when watching has failed
     * @throws IOException if the folder cannot be watched
     */
    OutputWatch(Path folder, Consumer<String> changed, Runnable anythingChanged, Runnable unavailable)
            throws IOException {
        this.folder = folder;
        this.changed = changed;
        this.anythingChanged = anythingChanged;
        this.unavailable = unavailable;
        this.service = folder.getFileSystem().newWatchService();
        try {
            register();
        } catch (IOException e) {
            service.close();
            throw e;
        }
        Daemon.start("log-watch", this::run);
    }

    private void register() throws IOException {
        Files.createDirectories(folder);
        folder.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                for (WatchEvent<?> event : key.pollEvents()) {
                    tell(event);
                }
                if (!key.reset()) {
                    LOG.warn("{} was deleted; it is made again", folder);
                    register();
                    anythingChanged.run();
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("watching ends");
        } catch (IOException | RuntimeException e) {
            LOG.error("cannot watch {} any more", folder, e);
            unavailable.run();
        }
    }

    private void tell(WatchEvent<?> event) {
        if (event.context() instanceof Path name) {
            RawFile.idOf(name).ifPresent(changed);
        } else {
            anythingChanged.run();
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
