package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.event.BuildEvent;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/**
 * Turns sources into slugs, a bounded number at once over all apps and one at a time for each. Safe for use by several
 * threads. A build that fails, is cancelled or takes too long leaves no process and no folder behind.
 */
public final class BuildPipeline {
    private static final Duration UNUSED_CACHE = Duration.ofDays(30);

    private final BuildSettings settings;
    private final Buildpacks buildpacks;
    private final Events events;
    private final Clock clock;
    private final BuildSlots slots;
    private final SlugFolders folders;
    private final BuildTraces traces;
    private final BuildHistory history;
    private final DeployKeys deployKeys;
    private final BuildContext context;
    private final CacheSweep caches;

    /** One sweep at a time, and one that waits: it looks at what all builds until then have left. */
    private final Executor sweeper = new ThreadPoolExecutor(
            0, 1, 5, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), BuildPipeline::sweeperThread, new DiscardPolicy());

    /**
     * A pipeline.
     *
     * @param agentEnvironment builds get {@code PATH} and {@code TZ} of it, and nothing else; its {@code HOME} is where
     *     version managers keep their runtimes
     */
    public BuildPipeline(
            BuildSettings settings,
            Buildpacks buildpacks,
            Events events,
            Clock clock,
            Map<String, String> agentEnvironment) {
        this.settings = settings;
        this.buildpacks = buildpacks;
        this.events = events;
        this.clock = clock;
        this.slots = new BuildSlots(settings.parallelBuilds());
        Disposal disposal = new Disposal();
        this.folders = new SlugFolders(
                settings.layout(), clock, settings.releaseTimeout().multipliedBy(2), disposal);
        this.traces = new BuildTraces(settings.layout(), disposal);
        this.history = new BuildHistory(settings.layout(), clock);
        this.deployKeys = new DeployKeys(settings.layout());
        this.context = new BuildContext(
                settings,
                clock,
                BuildContext.Machine.of(agentEnvironment),
                disposal,
                folders,
                traces,
                deployKeys,
                new BuildView(settings.layout()));
        this.caches = new CacheSweep(settings.layout(), slots, folders, settings.cacheBytes());
    }

    private static Thread sweeperThread(Runnable work) {
        Thread thread = new Thread(work, "cache-sweep");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Builds one version of an app; blocks until it is done.
     *
     * @param state the app, with the folder that it is built from and the buildpacks that were set for it
     * @param commit the full id of the commit
     * @param source the commit's files
     * @param env the config vars, which the build's programs see and the transcript does not
     * @param transcript what the pusher reads
     * @param cancellation ends the build, also while it waits for others
     * @return the slug; it lies at {@code builds/APP/ID} and is durable
     * @throws Refusal if it cannot be built, saying at which step and what to do
     */
    public Slug build(
            AppState state,
            String commit,
            AppSource source,
            ConfigVars env,
            Transcript transcript,
            Cancellation cancellation) {
        AppName app = state.app();
        if (state.build().autoCancel()) {
            history.cancel(app, "a newer push of " + Wanted.shortened(commit) + " took its place");
        }
        RecordedBuild recorded = history.begin(app, commit, transcript, cancellation);
        Slug slug = null;
        String reason = "an error in tinyserv, see the agent's log";
        try {
            slug = build(state, commit, source, env, recorded, cancellation);
            return slug;
        } catch (Refusal e) {
            reason = e.getMessage();
            throw e;
        } finally {
            history.end(app, recorded, slug, slug == null ? reason : null);
            caches.built(app);
            sweeper.execute(caches::sweep);
        }
    }

    private Slug build(
            AppState state,
            String commit,
            AppSource source,
            ConfigVars env,
            RecordedBuild recorded,
            Cancellation cancellation) {
        AppName app = state.app();
        Secrets secrets = Secrets.of(env, new PlainVars(state.build().show()));
        Transcript blotted = new BlottedTranscript(recorded, secrets);
        try {
            Wanted wanted = Wanted.of(state, commit, source, env, buildpacks);
            try (BuildSlots.Slot slot = slots.enter(app, recorded, cancellation)) {
                cancellation.check();
                requireRoom(app);
                events.publish(new BuildEvent.Began(app, recorded.number(), commit));
                Slug slug = new OneBuild(context, wanted, blotted, cancellation).run(slot.app(), recorded);
                events.publish(new BuildEvent.Succeeded(app, recorded.number(), commit, recorded.times(), slug.id()));
                return slug;
            }
        } catch (Refusal e) {
            throw failed(app, recorded, commit, secrets.blot(e));
        } catch (IOException e) {
            throw failed(
                    app,
                    recorded,
                    commit,
                    secrets.blot(BuildTrouble.refusal(app, settings.layout().builds(app), e)));
        }
    }

    private Refusal failed(AppName app, RecordedBuild recorded, String commit, Refusal why) {
        events.publish(new BuildEvent.Failed(app, recorded.number(), commit, recorded.times(), why.getMessage()));
        return why;
    }

    /**
     * What a build of that version would do. The files are checked out for it and deleted again; nothing of the app runs.
     * Parameters as for {@link #build}.
     *
     * @throws Refusal if a build would fail for a reason that is known before
     */
    public BuildPlan plan(
            AppState state,
            String commit,
            AppSource source,
            ConfigVars env,
            Transcript transcript,
            Cancellation cancellation) {
        AppName app = state.app();
        Secrets secrets = Secrets.of(env, new PlainVars(state.build().show()));
        try {
            Wanted wanted = Wanted.of(state, commit, source, env, buildpacks);
            Transcript blotted = new BlottedTranscript(transcript, secrets);
            try (BuildSlots.Slot slot = slots.enter(app, transcript, cancellation)) {
                requireRoom(app);
                return new OneBuild(context, wanted, blotted, cancellation).plan(slot.app(), history.lastSize(app));
            }
        } catch (Refusal e) {
            throw secrets.blot(e);
        } catch (IOException e) {
            throw secrets.blot(BuildTrouble.refusal(app, settings.layout().builds(app), e));
        }
    }

    /** A disk that fills up in the middle of a build harms every app. */
    private void requireRoom(AppName app) throws IOException {
        long expected = history.lastSize(app);
        long free = context.free();
        if (free < expected) {
            throw new Refusal("the server has " + Sizes.of(free) + " free, and the last build of " + app + " took "
                    + Sizes.of(expected) + ", so this one would not fit: `disk` shows who takes what");
        }
    }

    /** The last builds of every app. */
    public BuildHistory history() {
        return history;
    }

    /** Deletes the app's slugs but those to keep, those that no release can name yet, and what is being built. */
    public void sweep(AppName app, Set<String> keepSlugIds) {
        folders.sweep(app, keepSlugIds);
    }

    /** What {@link #sweep} would delete. */
    public List<Path> unneeded(AppName app, Set<String> keepSlugIds) {
        return folders.unneeded(app, keepSlugIds);
    }

    /**
     * Deletes what builds of the app keep for later ones if none has used it for 30 days; not while the app is built.
     *
     * @param dryRun whether nothing is deleted
     * @return the bytes of the cache; 0 if it stays
     */
    public long deleteUnusedCache(AppName app, boolean dryRun) {
        Optional<BuildSlots.Slot> slot = slots.tryEnter(app);
        if (slot.isEmpty()) {
            return 0;
        }
        try (BuildSlots.Slot held = slot.get()) {
            long bytes = folders.cacheUnusedSince(held.app(), clock.instant().minus(UNUSED_CACHE))
                    .map(TreeSize::of)
                    .orElse(0L);
            if (bytes > 0 && !dryRun) {
                folders.deleteCache(held.app());
                caches.built(held.app()); // its size is another one now
            }
            return bytes;
        }
    }

    /**
     * Tries once more to delete what builds have left and the disk did not let go.
     *
     * @param dryRun whether nothing is deleted
     * @return how many bytes of it have gone, or would go
     */
    public long deleteLeft(boolean dryRun) {
        long before = bytesLeft();
        if (!dryRun) {
            context.disposal().retry();
        }
        return dryRun ? before : Math.max(0, before - bytesLeft());
    }

    private long bytesLeft() {
        return context.disposal().left().stream().mapToLong(TreeSize::of).sum();
    }

    /** Deletes a slug that no release names. */
    public void discard(AppName app, String slugId) {
        folders.discard(app, slugId);
    }

    /** At the agent's start, before anything is built: ends what a predecessor's builds left, and deletes it. */
    public void sweepLeftovers() {
        traces.endOrphans();
        folders.sweepLeftovers();
        traces.deleteTemporary();
    }

    /** The keys with which builds fetch private submodules. */
    public DeployKeys deployKeys() {
        return deployKeys;
    }

    /** Deletes all slugs of an app, what its builds kept, and its deploy key. */
    public void forget(AppName app) {
        deployKeys.forget(app);
        try {
            history.forget(app);
        } catch (IOException e) {
            throw new Refusal("cannot delete " + settings.layout().buildLogs(app) + ": " + JsonStore.reason(e), e);
        }
        folders.forget(app);
    }
}
