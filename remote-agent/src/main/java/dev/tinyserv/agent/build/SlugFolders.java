package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders {@code builds/APP/ID}. A slug is made as {@code .building-ID} and renamed when it is whole. A slug that
 * is deleted is renamed to {@code .trash-ID-N} first. So a folder with a slug's name is always a whole slug.
 */
final class SlugFolders {
    private static final Logger LOG = LoggerFactory.getLogger(SlugFolders.class);
    private static final String BUILDING = ".building-";
    private static final String TRASH = ".trash-";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Layout layout;
    private final Clock clock;
    private final Duration claimTime;
    private final Disposal disposal;
    private final Map<Path, Instant> unclaimed = new ConcurrentHashMap<>();
    private final AtomicLong trashed = new AtomicLong();

    /**
     * The folders of a layout.
     *
     * @param claimTime how long a new slug is not swept, unless a release was seen to name it
     */
    SlugFolders(Layout layout, Clock clock, Duration claimTime, Disposal disposal) {
        this.layout = layout;
        this.clock = clock;
        this.claimTime = claimTime;
        this.disposal = disposal;
    }

    /** A slug that is being made. Closing it deletes it unless it was finished. */
    final class Unfinished implements AutoCloseable {
        private final Path slug;
        private final Path folder;
        private boolean finished;

        private Unfinished(Path slug, Path folder) {
            this.slug = slug;
            this.folder = folder;
        }

        String id() {
            return slug.getFileName().toString();
        }

        Path folder() {
            return folder;
        }

        /** Makes the slug durable and gives it its name. */
        void finish() throws IOException {
            DurableTree.sync(folder);
            unclaimed.put(slug, clock.instant());
            Files.move(folder, slug, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
            DurableFile.sync(slug.resolveSibling(""));
            DurableFile.sync(layout.builds()); // the app's folder may be new, too
        }

        @Override
        public void close() {
            if (!finished) {
                disposal.delete(folder);
            }
        }
    }

    /** Begins a slug with an id that no other has: the time, the commit and, if these are not enough, a number. */
    Unfinished begin(AppName app, String shortCommit) throws IOException {
        Path slugs = Files.createDirectories(layout.builds(app));
        String id = TIME.format(clock.instant()) + "-" + shortCommit;
        for (int number = 1; ; number++) {
            Path slug = slugs.resolve(number == 1 ? id : id + "-" + number);
            Path folder = slug.resolveSibling(BUILDING + slug.getFileName());
            if (Files.exists(slug, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try {
                return new Unfinished(slug, Files.createDirectory(folder));
            } catch (FileAlreadyExistsException e) {
                LOG.debug("{} is taken", folder);
            }
        }
    }

    /** The app's cache folder, made if need be and marked as used now. */
    Path cache(AppName app) throws IOException {
        Path cache = Files.createDirectories(layout.cache(app));
        return Files.setLastModifiedTime(cache, FileTime.from(clock.instant()));
    }

    void deleteCache(AppName app) {
        delete(layout.cache(app));
    }

    /** Deletes the app's slugs, except those to keep, those within their claim time, and those being built. */
    void sweep(AppName app, Set<String> keep) {
        keep.forEach(id -> unclaimed.remove(layout.slug(app, id)));
        unneeded(app, keep).forEach(this::delete);
    }

    /** The folders that {@link #sweep} would delete. */
    List<Path> unneeded(AppName app, Set<String> keep) {
        List<Path> unneeded = new ArrayList<>();
        Instant oldest = clock.instant().minus(claimTime);
        for (Path slug : entries(layout.builds(app))) {
            String name = slug.getFileName().toString();
            Instant built = unclaimed.get(slug);
            boolean spared =
                    name.startsWith(BUILDING) || keep.contains(name) || (built != null && built.isAfter(oldest));
            if (!spared) {
                unneeded.add(slug);
            }
        }
        return unneeded;
    }

    /** The app's cache folder; empty if there is none, or a build has used it since then. */
    Optional<Path> cacheUnusedSince(AppName app, Instant since) {
        Path cache = layout.cache(app);
        try {
            return Files.getLastModifiedTime(cache).toInstant().isBefore(since) ? Optional.of(cache) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("cannot look at {}", cache, e);
            return Optional.empty();
        }
    }

    void discard(AppName app, String id) {
        delete(layout.slug(app, id));
    }

    void sweepLeftovers() {
        List<Path> folders = new ArrayList<>(entries(layout.builds()));
        folders.add(layout.builds());
        folders.add(layout.caches());
        for (Path folder : folders) {
            for (Path entry : entries(folder)) {
                String name = entry.getFileName().toString();
                if (name.startsWith(BUILDING) || name.startsWith(TRASH)) {
                    disposal.delete(entry);
                }
            }
        }
    }

    void forget(AppName app) {
        unclaimed.keySet().removeIf(slug -> slug.startsWith(layout.builds(app)));
        delete(layout.builds(app));
        delete(layout.cache(app));
    }

    /** Deletes a tree, after a rename, so that nobody ever meets half of it under its name. A failure is logged. */
    private void delete(Path tree) {
        unclaimed.remove(tree);
        String name = tree.getFileName().toString();
        Path trash = tree;
        if (!name.startsWith(TRASH)) {
            trash = tree.resolveSibling(TRASH + name + "-" + trashed.incrementAndGet());
            try {
                Files.move(tree, trash, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException e) {
                return;
            } catch (IOException e) {
                LOG.warn("cannot move {} away to delete it", tree, e);
                return;
            }
        }
        disposal.delete(trash);
    }

    private static List<Path> entries(Path folder) {
        try {
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) ? FileTree.entries(folder, "*") : List.of();
        } catch (IOException e) {
            LOG.warn("cannot list {}", folder, e);
            return List.of();
        }
    }
}
