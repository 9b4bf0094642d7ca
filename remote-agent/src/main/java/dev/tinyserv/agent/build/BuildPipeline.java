package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.event.BuildEvent;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.base.Sizes;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.runtime.Runtimes;
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
 * Turns sources into slugs. A bounded number of builds runs at once over all apps, and one at a time for each app. A
 * build that fails, is cancelled or takes too long leaves no process and no folder behind. Safe for several threads.
 */
public final class BuildPipeline {
    private static final Duration UNUSED_CACHE = Duration.ofDays(30);

    private final Buildpacks buildpacks;
    private final Events events;
    private final BuildSlots slots;
    private final BuildHistory history;
    private final BuildContext context;
    private final CacheSweep caches;

    /** Runs one sweep at a time, while at most one waits: that one sees what all builds until then have left. */
    private final Executor sweeper = new ThreadPoolExecutor(
            0, 1, 5, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), Daemon.named("cache-sweep"), new DiscardPolicy());

    /**
     * A pipeline.
     *
     * @param agentEnvironment the agent's variables: builds get {@code PATH} and {@code TZ} of them and nothing else;
     *     its {@code HOME} is where version managers keep their runtimes
     */
    public BuildPipeline(
            BuildSettings settings,
            Buildpacks buildpacks,
            Events events,
            Clock clock,
            Map<String, String> agentEnvironment) {
        this.buildpacks = buildpacks;
        this.events = events;
        this.slots = new BuildSlots(settings.parallelBuilds());
        this.history = new BuildHistory(settings.layout(), clock);
        Disposal disposal = new Disposal();
        SlugFolders folders = new SlugFolders(
                settings.layout(), clock, settings.releaseTimeout().multipliedBy(2), disposal);
        this.context = new BuildContext(
                settings,
                clock,
                new BuildContext.Machine(agentEnvironment, new Runtimes(agentEnvironment)),
                disposal,
                folders,
                new BuildTraces(settings.layout(), disposal),
                new DeployKeys(settings.layout()),
                new BuildView(settings.layout()));
        this.caches = new CacheSweep(settings.layout(), slots, folders, settings.cacheBytes());
    }

    /**
     * Builds one version of an app; blocks until it is done, also while other builds are ahead.
     *
     * @param state the app, with the folder that it is built from and the buildpacks that were set for it
     * @param submission the files; its origin reads the build's output, and may cancel the build, also while it waits
     * @param env the config vars, which the build's programs see; their values are blotted out of the output
     * @return the slug; it lies at {@code builds/APP/ID} and is durable
     * @throws Refusal if the build fails or is cancelled, saying at which step and what to do
     */
    public Slug build(AppState state, Submission submission, ConfigVars env) {
        AppName app = state.app();
        Origin origin = submission.origin();
        if (state.build().autoCancel()) {
            history.cancel(app, "a newer push of " + Wanted.shortened(submission.commit()) + " took its place");
        }
        RecordedBuild recorded = history.begin(app, submission.commit(), origin.transcript(), origin.cancellation());
        Slug slug = null;
        String reason = "an error in tinyserv, see the agent's log";
        try {
            slug = build(state, submission, env, recorded);
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

    private Slug build(AppState state, Submission submission, ConfigVars env, RecordedBuild recorded) {
        AppName app = state.app();
        int number = recorded.number();
        String commit = submission.commit();
        try {
            return inSlot(state, submission, env, recorded, (build, slot) -> {
                submission.tip().check(); // the build may have waited long
                events.publish(new BuildEvent.Began(app, number, commit));
                Slug slug = build.run(slot.app(), recorded);
                events.publish(new BuildEvent.Succeeded(app, number, commit, recorded.times(), slug.id()));
                return slug;
            });
        } catch (Refusal e) {
            events.publish(new BuildEvent.Failed(app, number, commit, recorded.times(), e.getMessage()));
            throw e;
        }
    }

    /**
     * What a build of that version would do. It waits for its turn like a build. The files are checked out for it and
     * deleted again; nothing of the app runs. The parameters are those of {@link #build}.
     *
     * @throws Refusal if a build would fail for a reason that is known before
     */
    public BuildPlan plan(AppState state, Submission submission, ConfigVars env) {
        return inSlot(
                state,
                submission,
                env,
                submission.origin().transcript(),
                (build, slot) -> build.plan(slot.app(), history.lastSize(state.app())));
    }

    @FunctionalInterface
    private interface Work<T> {
        T of(OneBuild build, BuildSlots.Slot slot) throws IOException;
    }

    /** Does the work in the app's turn, if the disk has room. No secret stands in the lines or in a refusal. */
    private <T> T inSlot(AppState state, Submission submission, ConfigVars env, Transcript transcript, Work<T> work) {
        AppName app = state.app();
        Cancellation cancellation = submission.origin().cancellation();
        Secrets secrets = Secrets.of(env, new PlainVars(state.build().show()));
        Transcript blotted = secrets.blotting(transcript);
        try {
            Wanted wanted = Wanted.of(state, submission.commit(), submission.source(), env, buildpacks);
            try (BuildSlots.Slot slot = slots.enter(app, transcript, cancellation)) {
                cancellation.check();
                requireRoom(app);
                return work.of(new OneBuild(context, wanted, blotted, cancellation), slot);
            }
        } catch (Refusal e) {
            throw secrets.blot(e);
        } catch (IOException e) {
            throw secrets.blot(trouble(app, e));
        }
    }

    /** Names a path, because a write or an fsync may fail without one. */
    private Refusal trouble(AppName app, IOException e) {
        String told = DiskTrouble.told(e, context.settings().layout().builds(app))
                .orElseGet(() -> Printable.shortened(String.valueOf(e.getMessage()), 200) + " ("
                        + e.getClass().getSimpleName() + "); the agent's log has more");
        return new Refusal("the build in builds/" + app + " could not be done: " + told, e);
    }

    /** Refuses a build for which the disk has no room: a disk that fills up during a build harms every app. */
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

    /**
     * Deletes the app's slugs, except those to keep, those too new for a release to name them, and those being built.
     */
    public void sweep(AppName app, Set<String> keepSlugIds) {
        context.folders().sweep(app, keepSlugIds);
    }

    /** The folders that {@link #sweep} would delete. */
    public List<Path> unneeded(AppName app, Set<String> keepSlugIds) {
        return context.folders().unneeded(app, keepSlugIds);
    }

    /**
     * Deletes the app's cache if no build has used it for 30 days, unless the app is being built.
     *
     * @param dryRun whether nothing is deleted
     * @return the bytes that were freed, or would be; 0 if the cache stays
     */
    public long deleteUnusedCache(AppName app, boolean dryRun) {
        Optional<BuildSlots.Slot> slot = slots.tryEnter(app);
        if (slot.isEmpty()) {
            return 0;
        }
        try (BuildSlots.Slot held = slot.get()) {
            long bytes = context.folders()
                    .cacheUnusedSince(held.app(), context.clock().instant().minus(UNUSED_CACHE))
                    .map(TreeSize::of)
                    .orElse(0L);
            if (bytes > 0 && !dryRun) {
                context.folders().deleteCache(held.app());
                caches.built(held.app()); // its size is another one now
            }
            return bytes;
        }
    }

    /**
     * Tries again to delete the trees of former builds that could not be deleted.
     *
     * @param dryRun whether nothing is deleted
     * @return the bytes that were freed, or would be
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
        context.folders().discard(app, slugId);
    }

    /**
     * Ends the processes and deletes the folders that a predecessor's builds left. For the agent's start, before any
     * build.
     */
    public void sweepLeftovers() {
        context.traces().endOrphans();
        context.folders().sweepLeftovers();
        context.traces().deleteTemporary();
    }

    /** The keys with which builds fetch private submodules. */
    public DeployKeys deployKeys() {
        return context.deployKeys();
    }

    /**
     * Deletes an app's deploy key, build history, slugs and cache.
     *
     * @throws Refusal if the key or the history cannot be deleted
     */
    public void forget(AppName app) {
        context.deployKeys().forget(app);
        try {
            history.forget(app);
        } catch (IOException e) {
            throw new Refusal(
                    "cannot delete " + context.settings().layout().buildLogs(app) + ": " + JsonStore.reason(e), e);
        }
        context.folders().forget(app);
    }
}
