package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the size of all caches together: those go first that no build has used for the longest time. The caches of
 * apps that are being built stay.
 */
final class CacheSweep {
    private static final Logger LOG = LoggerFactory.getLogger(CacheSweep.class);

    private final Layout layout;
    private final BuildSlots slots;
    private final SlugFolders folders;
    private final long maxBytes;

    /** The sizes in bytes, because to measure all caches after each build would keep the disk busy. */
    private final Map<AppName, Long> sizes = new HashMap<>();

    private final Set<AppName> changed = ConcurrentHashMap.newKeySet();

    CacheSweep(Layout layout, BuildSlots slots, SlugFolders folders, long maxBytes) {
        this.layout = layout;
        this.slots = slots;
        this.folders = folders;
        this.maxBytes = maxBytes;
    }

    private record Cache(AppName app, long bytes, FileTime used) {}

    /** Notes that a build has changed the size of the app's cache. Any thread. */
    void built(AppName app) {
        changed.add(app);
    }

    /** Deletes caches until the rest takes no more than is allowed. Any thread; one sweep runs at a time. */
    synchronized void sweep() {
        for (AppName app : List.copyOf(changed)) {
            changed.remove(app); // before it is measured: another build may follow
            sizes.remove(app);
        }
        List<Cache> caches = caches();
        sizes.keySet().retainAll(caches.stream().map(Cache::app).toList());
        long total = caches.stream().mapToLong(Cache::bytes).sum();
        for (Cache cache : caches) {
            if (total <= maxBytes) {
                return;
            }
            Optional<BuildSlots.Slot> slot = slots.tryEnter(cache.app());
            if (slot.isPresent()) {
                try (BuildSlots.Slot held = slot.get()) {
                    LOG.info("deleting what builds of {} have kept: caches take more than is allowed", held.app());
                    folders.deleteCache(held.app());
                }
                sizes.remove(cache.app());
                total -= cache.bytes();
            }
        }
    }

    /** All caches, the one first that was not used for the longest time. */
    private List<Cache> caches() {
        List<Cache> caches = new ArrayList<>();
        try {
            for (Path entry : FileTree.entries(layout.caches(), "*")) {
                String name = entry.getFileName().toString();
                if (AppName.isValid(name)) {
                    AppName app = new AppName(name);
                    long bytes = sizes.computeIfAbsent(app, any -> TreeSize.of(entry));
                    caches.add(new Cache(app, bytes, Files.getLastModifiedTime(entry)));
                }
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} is not there", e.getFile()); // no build has kept anything yet, or its app was just destroyed
        } catch (IOException e) {
            LOG.warn("cannot look at {}", layout.caches(), e);
        }
        caches.sort(Comparator.comparing(Cache::used));
        return caches;
    }
}
