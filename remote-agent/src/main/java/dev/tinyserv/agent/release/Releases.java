package dev.tinyserv.agent.release;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbered releases of every app. Changes of one app's releases come one at a time, in its deploy queue. Reading is
 * safe from any thread. A {@link Refusal} says what the disk does not give or take.
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

    /**
     * The app's current release. If the file that names it is missing or cannot be read, the newest release that went
     * live counts, as long as the app's own file exists.
     *
     * @throws Refusal if there is no such release, or if it cannot be read
     */
    public Release current(AppName app) {
        Release known = current.get(app);
        if (known != null) {
            return known;
        }
        Release read = currentFile(app).release();
        current.put(app, read);
        return read;
    }

    /** What the file of the current release says. Without it, the release whose copy {@code doctor} advises. */
    private ReleaseFile currentFile(AppName app) {
        return currentFile(app, () -> Files.exists(layout.app(app)));
    }

    private ReleaseFile currentFile(AppName app, BooleanSupplier isApp) {
        try {
            return file(layout.currentRelease(app)).orElseThrow(() -> missing(app, isApp));
        } catch (Refusal lost) {
            if (!isApp.getAsBoolean()) {
                throw lost;
            }
            ReleaseFile newest = newestLive(app).orElseThrow(() -> lost);
            LOG.error(
                    "{}; {} is current, the newest that went live",
                    lost.getMessage(),
                    newest.release().name());
            return newest;
        }
    }

    /** The newest release that went live. Also empty if a newer file cannot be read, because that one may be live. */
    private Optional<ReleaseFile> newestLive(AppName app) {
        try {
            for (int version : versions(app)) {
                ReleaseFile found = file(layout.release(app, version)).orElseThrow(() -> missing(app, () -> true));
                if (found.status() == Release.Status.LIVE) {
                    return Optional.of(found);
                }
            }
        } catch (Refusal e) {
            LOG.error("the newest release of {} is not known: {}", app, e.getMessage());
        }
        return Optional.empty();
    }

    private Refusal missing(AppName app, BooleanSupplier isApp) {
        return isApp.getAsBoolean()
                ? new Refusal(
                        "the current release of " + app + " is missing on the server; its administrator can restore "
                                + layout.currentRelease(app) + ", `doctor` tells how")
                : new Refusal("no app '" + app + "'; `apps` lists those there are");
    }

    /** One release of the app; a {@link Refusal} if there is none with that number. */
    public Release get(AppName app, int version) {
        return file(layout.release(app, version))
                .map(ReleaseFile::release)
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
     * The newest releases, newest first: all up to the one with which the given number of slugs is complete that went
     * live.
     *
     * @throws Refusal if one among them is lost or cannot be read, because its slug is not known then
     */
    public List<Release> newestWithSlugs(AppName app, int slugs) {
        List<Release> found = new ArrayList<>();
        Set<String> live = new HashSet<>();
        int newest = Math.max(newestVersion(app), current(app).version());
        for (int version = newest; version > 0 && live.size() < slugs; version--) {
            Path file = layout.release(app, version);
            Release release = file(file)
                    .map(ReleaseFile::release)
                    .orElseThrow(() -> new Refusal(file + " is missing; restore it from a backup"));
            found.add(release);
            if (release.status() == Release.Status.LIVE && release.slug() != null) {
                live.add(release.slug().id());
            }
        }
        return found;
    }

    /**
     * The newest release up to the current one that a push made live. Empty if there is none, or if a file cannot be
     * read, which is logged.
     */
    public Optional<Release> lastPush(AppName app) {
        try {
            for (int version = current(app).version(); version > 0; version--) {
                Optional<Release> found = file(layout.release(app, version))
                        .map(ReleaseFile::release)
                        .filter(release -> release.status() == Release.Status.LIVE
                                && release.making().cause() == Release.Cause.PUSH);
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
        createFolder(app.app());
        Change change = new Change(Release.Cause.CREATE, "Initial release", by, null, ConfigVars.none());
        Release first = draft(app.app(), 1, change);
        write(first, app.port());
        return commit(app, first);
    }

    /**
     * Writes the change as a pending release. Its number is one above that of the current release, and above those of
     * all files of releases.
     *
     * @throws Refusal if the current release cannot be read, or if the disk does not take the release
     */
    public Release begin(AppState app, Change change) {
        int next = Math.max(newestVersion(app.app()), current(app.app()).version()) + 1; // files may be lost
        Release pending = draft(app.app(), next, change);
        try {
            write(pending, app.port());
        } catch (Refusal notDurable) {
            takeBack(layout.release(app.app(), next), notDurable);
            throw notDurable;
        }
        return pending;
    }

    private void write(Release release, int port) {
        store.write(layout.release(release.app(), release.version()), ReleaseFile.of(release, port));
    }

    /** The file may be there, and only its sync have failed: it would stay pending for ever. */
    private void takeBack(Path file, Refusal problem) {
        try {
            store.delete(file);
        } catch (Refusal e) {
            problem.addSuppressed(e);
        }
    }

    /**
     * Makes a pending release the current one, durably: the commit point. If this throws, the former release stays
     * current. If the rename was done, its sync failed, and the former release cannot be written back, the new release
     * counts, because the next start of the agent would find it.
     */
    public Release commit(AppState app, Release pending) {
        Release live = pending.withStatus(Release.Status.LIVE);
        Path pointer = layout.currentRelease(live.app());
        write(live, app.port());
        try {
            store.write(pointer, ReleaseFile.of(live, app.port()));
        } catch (Refusal notDurable) {
            takeBack(app, live, notDurable);
        }
        current.put(live.app(), live);
        return live;
    }

    /**
     * Writes the former release back, because the rename may have been done although its sync has failed. Returns if
     * the file names the new release all the same; else throws the refusal.
     */
    private void takeBack(AppState app, Release live, Refusal notDurable) {
        Path pointer = layout.currentRelease(live.app());
        Release former = current.get(live.app());
        try {
            if (former != null) {
                store.write(pointer, ReleaseFile.of(former, app.port()));
            }
        } catch (Refusal e) {
            notDurable.addSuppressed(e);
        }
        if (former == null || !isNamed(live)) {
            throw notDurable;
        }
        LOG.error("{}; {} {} counts, but a power loss may undo it", notDurable.getMessage(), live.app(), live.name());
    }

    private boolean isNamed(Release live) {
        try {
            return file(layout.currentRelease(live.app()))
                    .filter(found -> found.release().version() == live.version())
                    .isPresent();
        } catch (Refusal e) {
            return false;
        }
    }

    /** Writes that a pending release did not go live. */
    public void fail(AppState app, Release pending) {
        write(pending.withStatus(Release.Status.FAILED), app.port());
    }

    /**
     * Deletes files that a killed agent had not finished, and marks releases newer than the current one as failed.
     * Called once, at the start, before anything is written.
     */
    public void settle(AppState app) {
        List<Integer> versions = versionsAfterSweep(app.app());
        int live = current(app.app()).version();
        for (int version : versions) {
            if (version <= live) {
                return;
            }
            Release left = get(app.app(), version);
            if (left.status() != Release.Status.FAILED) {
                fail(app, left);
            }
        }
    }

    /** Whether the app has a release besides the first, which its creation wrote. */
    public boolean hasMoreThanTheFirst(AppName app) {
        return versions(app).stream().anyMatch(version -> version > 1);
    }

    /** Deletes all releases of a destroyed app. When this throws some are left, and it can be called again. */
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

    /** The files that the router serves itself for the app's current release; their folder is absolute. */
    public Optional<Site> site(AppName app) {
        Slug slug = current(app).slug();
        return slug == null || slug.site() == null
                ? Optional.empty()
                : Optional.of(slug.site().in(layout.slug(app, slug.id())));
    }

    /** The full id of the commit of the app's current release; empty without a slug. */
    public Optional<String> commit(AppName app) {
        return Optional.ofNullable(current(app).commit());
    }

    /**
     * What is known of an app whose own file is lost.
     *
     * @param release its current release
     * @param port its stable port
     */
    public record Recovered(Release release, int port) {}

    /**
     * The current release of an app whose own file is lost, as {@link #current}, and its stable port, from the copy in
     * the release's file. The copy can be trusted: the port never changes while the app exists. Another port would break
     * every address that clients have.
     *
     * @param taken the ports that other apps have
     * @throws Refusal if no file of a release tells, or if another app has the port by now
     */
    public Recovered recovered(AppName app, Set<Integer> taken) {
        ReleaseFile current = currentFile(app, () -> true);
        int port = current.port();
        if (taken.contains(port)) {
            throw new Refusal("port " + port + ", which the releases of " + app + " name, is another app's; restore "
                    + layout.app(app));
        }
        return new Recovered(current.release(), port);
    }

    private Optional<ReleaseFile> file(Path path) {
        return store.read(path, ReleaseFile.class);
    }

    private Release draft(AppName app, int version, Change change) {
        Release.Making making = new Release.Making(
                clock.instant(), change.by(), change.cause(), change.description(), change.branchWas());
        String id = UUID.randomUUID().toString();
        return new Release(
                new Release.Header(app, version, id, Release.Status.PENDING, making), change.slug(), change.env());
    }

    /** Reads the folder only once, which counts with thousands of apps. */
    private List<Integer> versionsAfterSweep(AppName app) {
        try {
            return versionsAmong(DurableFile.sweep(layout.releases(app)));
        } catch (IOException e) {
            LOG.warn("unfinished files in {} stay: {}", layout.releases(app), JsonStore.reason(e));
            return versions(app);
        }
    }

    private int newestVersion(AppName app) {
        return versions(app).stream().findFirst().orElse(0);
    }

    /** The numbers given out so far, highest first. */
    private List<Integer> versions(AppName app) {
        try {
            return versionsAmong(FileTree.entries(layout.releases(app), "*.json").stream()
                    .map(file -> file.getFileName().toString())
                    .toList());
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new Refusal("cannot list " + layout.releases(app) + ": " + JsonStore.reason(e), e);
        }
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
