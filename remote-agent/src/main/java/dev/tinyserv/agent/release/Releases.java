package dev.tinyserv.agent.release;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbered releases of every app. An app's numbers are given out in its deploy queue, one after another; reading is
 * safe from any thread.
 */
public final class Releases {
    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);
    private static final Pattern FILE = Pattern.compile("v([1-9][0-9]{0,8})\\.json");

    private final Layout layout;
    private final JsonStore store;
    private final Clock clock;
    private final Map<AppName, Release> current = new ConcurrentHashMap<>();

    /** The releases under the layout's root. */
    public Releases(Layout layout, JsonStore store, Clock clock) {
        this.layout = layout;
        this.store = store;
        this.clock = clock;
    }

    /** The app's current release; a {@link Refusal} if there is none or it cannot be read. */
    public Release current(AppName app) {
        Release known = current.get(app);
        if (known != null) {
            return known;
        }
        Release read = store.read(layout.currentRelease(app), Release.class).orElseThrow(() -> missing(app));
        current.put(app, read);
        return read;
    }

    private Refusal missing(AppName app) {
        return Files.exists(layout.app(app))
                ? new Refusal(
                        "the current release of " + app + " is missing on the server; its administrator can restore "
                                + layout.currentRelease(app) + ", `doctor` tells how")
                : new Refusal("no app '" + app + "'; `apps` lists those there are");
    }

    /** One release of the app; a {@link Refusal} if there is none with that number. */
    public Release get(AppName app, int version) {
        return store.read(layout.release(app, version), Release.class)
                .orElseThrow(
                        () -> new Refusal(app + " has no release v" + version + "; `releases` lists those there are"));
    }

    /** At most {@code limit} releases of the app, newest first; one that cannot be read is left out and logged. */
    public List<Release> newest(AppName app, int limit) {
        List<Release> found = new ArrayList<>();
        for (int version : versions(app)) {
            if (found.size() == limit) {
                break;
            }
            try {
                found.add(get(app, version));
            } catch (Refusal e) {
                LOG.error("{} v{} cannot be read: {}", app, version, e.getMessage());
            }
        }
        return found;
    }

    /**
     * The newest release that a push made live: the current one, or one that others have followed that only changed the
     * configuration, say. Empty if there is none, or it cannot be told, which is logged.
     */
    public Optional<Release> lastPush(AppName app) {
        try {
            for (int version = current(app).version(); version > 0; version--) {
                Optional<Release> found = store.read(layout.release(app, version), Release.class)
                        .filter(release ->
                                release.status() == Release.Status.LIVE && release.cause() == Release.Cause.PUSH);
                if (found.isPresent()) {
                    return found;
                }
            }
        } catch (Refusal e) {
            LOG.error("the last push of {} is not known: {}", app, e.getMessage());
        }
        return Optional.empty();
    }

    /** Writes v1, "Initial release", and makes it current. */
    public Release createInitial(AppState app, String by) {
        Release first = draft(app, 1, new Change(Release.Cause.CREATE, "Initial release", by, null, ConfigVars.none()));
        createFolder(app.app());
        store.write(layout.release(app.app(), 1), first);
        return commit(first);
    }

    /** Gives the change the next number and writes it down as pending. */
    public Release begin(AppState app, Change change) {
        int next = versions(app.app()).stream().findFirst().orElse(0) + 1;
        Release pending = draft(app, next, change);
        Path file = layout.release(app.app(), next);
        try {
            store.write(file, pending);
        } catch (Refusal notDurable) {
            takeBack(file, notDurable);
            throw notDurable;
        }
        return pending;
    }

    /** The file may be there, and only its sync have failed: nobody would ever say what became of that release. */
    private void takeBack(Path file, Refusal problem) {
        try {
            store.delete(file);
        } catch (Refusal e) {
            problem.addSuppressed(e);
        }
    }

    /**
     * Makes a pending release the current one. When this returns it has happened, also if the power fails now. When it
     * throws it has not: the former release stays current.
     */
    public Release commit(Release pending) {
        Release live = pending.withStatus(Release.Status.LIVE);
        Path pointer = layout.currentRelease(live.app());
        store.write(layout.release(live.app(), live.version()), live);
        try {
            store.write(pointer, live);
        } catch (Refusal notDurable) {
            Release former = current.get(live.app());
            if (former != null) {
                store.write(pointer, former); // the rename may have been done, and only its fsync have failed
            }
            throw notDurable;
        }
        current.put(live.app(), live);
        return live;
    }

    /** Writes down that a pending release did not go live. */
    public void fail(Release pending) {
        store.write(layout.release(pending.app(), pending.version()), pending.withStatus(Release.Status.FAILED));
    }

    /**
     * Deletes what a killed predecessor had not finished writing, and marks as failed what it left behind the commit
     * point of no return; once, at the start, before anything is written.
     */
    public void settle(AppName app) {
        List<Integer> versions = versionsAfterSweep(app);
        int live = current(app).version();
        for (int version : versions) {
            if (version <= live) {
                return;
            }
            Release left = get(app, version);
            if (left.status() != Release.Status.FAILED) {
                fail(left);
            }
        }
    }

    /** Whether there is more of the app than what its creation wrote. */
    public boolean hasMoreThanTheFirst(AppName app) {
        return versions(app).stream().anyMatch(version -> version > 1);
    }

    /** Deletes all releases of a destroyed app. When it throws some are left; again is harmless. */
    public void forget(AppName app) {
        try {
            store.delete(layout.currentRelease(app));
        } finally {
            current.remove(app); // also when only the sync failed: a new app of that name must not find it
        }
        try {
            FileTree.delete(layout.releases(app));
            DurableFile.sync(layout.releases()); // else they are back when the power goes now
        } catch (IOException e) {
            throw new Refusal("cannot delete " + layout.releases(app) + ": " + JsonStore.reason(e), e);
        }
    }

    /** The slug of a release as it was built; empty if the release has none. */
    public static Optional<Slug> slugOf(Release release) {
        String id = release.slug();
        String commit = release.commit();
        String buildpack = release.buildpack();
        if (id == null || commit == null || buildpack == null) {
            return Optional.empty();
        }
        return Optional.of(new Slug(
                id, commit, buildpack, release.processes(), release.slugEnv(), release.site(), release.root()));
    }

    /** The files that the router serves itself for the app's current release; their folder is absolute. */
    public Optional<Site> site(AppName app) {
        Release release = current(app);
        String slug = release.slug();
        Site site = release.site();
        return slug == null || site == null
                ? Optional.empty()
                : Optional.of(site.in(layout.builds(app).resolve(slug)));
    }

    /** Whether the release has a process that the router can send requests to, or files that it serves itself. */
    public static boolean takesRequests(Release release) {
        return release.processes().containsKey(ProcessType.WEB) || release.site() != null;
    }

    private Release draft(AppState app, int version, Change change) {
        @Nullable Slug slug = change.slug();
        SortedMap<ProcessType, String> processes = slug == null ? new TreeMap<>() : slug.processes();
        return new Release(
                Release.SCHEMA,
                app.app(),
                version,
                UUID.randomUUID().toString(),
                Release.Status.PENDING,
                clock.instant(),
                change.by(),
                change.cause(),
                change.description(),
                slug == null ? null : slug.commit(),
                app.port(),
                commandLine(processes),
                processes,
                change.env(),
                slug == null ? null : slug.id(),
                slug == null ? new TreeMap<>() : slug.environment(),
                slug == null ? null : slug.buildpack(),
                slug == null ? null : slug.site(),
                slug == null ? "" : slug.root(),
                change.branchWas());
    }

    private static @Nullable String commandLine(SortedMap<ProcessType, String> processes) {
        String web = processes.get(ProcessType.WEB);
        if (web != null) {
            return web;
        }
        return processes.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(ProcessType.RELEASE))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** With thousands of apps it counts that the folder is read once. */
    private List<Integer> versionsAfterSweep(AppName app) {
        try {
            return versionsAmong(DurableFile.sweep(layout.releases(app)));
        } catch (IOException e) {
            LOG.warn("unfinished files in {} stay: {}", layout.releases(app), JsonStore.reason(e));
            return versions(app);
        }
    }

    /** The numbers given out so far, highest first. */
    private List<Integer> versions(AppName app) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.releases(app))) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new Refusal("cannot list " + layout.releases(app) + ": " + JsonStore.reason(e), e);
        }
        return versionsAmong(names);
    }

    private static List<Integer> versionsAmong(List<String> names) {
        return names.stream()
                .map(FILE::matcher)
                .filter(Matcher::matches)
                .map(name -> Integer.valueOf(name.group(1)))
                .sorted(Collections.reverseOrder())
                .toList();
    }

    private void createFolder(AppName app) {
        try {
            Files.createDirectories(layout.releases(app));
        } catch (IOException e) {
            throw new Refusal("cannot create " + layout.releases(app) + ": " + JsonStore.reason(e), e);
        }
    }
}
