package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Sizes;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.Buildpacks;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.buildpack.Submodules;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.process.TreeBound;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Procfile;
import dev.tinyserv.buildpacks.source.Subfolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    private final AgentSettings settings;
    private final Buildpacks buildpacks;
    private final Events events;
    private final Clock clock;
    private final Map<String, String> agentEnvironment;
    private final Runtimes runtimes;
    private final BuildSlots slots;
    private final Disposal disposal = new Disposal();
    private final SlugFolders folders;
    private final BuildTraces traces;
    private final BuildHistory history;
    private final DeployKeys deployKeys;
    private final BuildView view;
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
            AgentSettings settings,
            Buildpacks buildpacks,
            Events events,
            Clock clock,
            Map<String, String> agentEnvironment) {
        this.settings = settings;
        this.buildpacks = buildpacks;
        this.events = events;
        this.clock = clock;
        this.agentEnvironment = Map.copyOf(agentEnvironment);
        this.runtimes = new Runtimes(agentEnvironment);
        this.slots = new BuildSlots(settings.parallelBuilds());
        this.folders = new SlugFolders(
                settings.layout(), clock, settings.releaseTimeout().multipliedBy(2), disposal);
        this.traces = new BuildTraces(settings.layout(), disposal);
        this.history = new BuildHistory(settings.layout(), clock);
        this.deployKeys = new DeployKeys(settings.layout());
        this.view = new BuildView(settings.layout());
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
        if (state.autoCancel()) {
            history.cancel(app, "a newer push of " + shortened(commit) + " took its place");
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
        String shortCommit = shortened(commit);
        Transcript blotted = new BlottedTranscript(recorded, env);
        try {
            Subfolder folder = folderOf(state, commit, source);
            Optional<Procfile> procfile = Procfile.read(folder);
            List<Buildpack> chosen = buildpacks.choose(folder, state.buildpacks());
            try (BuildSlots.Slot slot = slots.enter(app, recorded, cancellation)) {
                cancellation.check();
                requireRoom(app);
                events.publish(new Event.Built(app, "build of " + shortCommit + " started"));
                Instant start = clock.instant();
                Slug slug = new OneBuild(commit, folder, env, blotted, cancellation, procfile, chosen)
                        .run(slot.app(), recorded);
                Duration taken = Duration.between(start, clock.instant());
                events.publish(new Event.Built(
                        app, "build of " + shortCommit + " done in " + taken.toMillis() + " ms: slug " + slug.id()));
                return slug;
            }
        } catch (Refusal e) {
            events.publish(new Event.Built(app, "build of " + shortCommit + " failed: " + e.getMessage()));
            throw e;
        } catch (IOException e) {
            Refusal refusal = BuildTrouble.refusal(app, settings.layout().builds(app), e);
            events.publish(new Event.Built(app, "build of " + shortCommit + " failed: " + refusal.getMessage()));
            throw refusal;
        }
    }

    private static Subfolder folderOf(AppState state, String commit, AppSource source) throws IOException {
        String root = state.root();
        if (!root.isEmpty() && !source.exists(root)) {
            throw new Refusal("there is no " + Printable.shortened(root, 120) + " in commit " + shortened(commit)
                    + ", which " + state.app() + " is built from; `apps:set root=` names another folder or none");
        }
        return new Subfolder(source, root);
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
        try {
            Subfolder folder = folderOf(state, commit, source);
            Optional<Procfile> procfile = Procfile.read(folder);
            List<Buildpack> chosen = buildpacks.choose(folder, state.buildpacks());
            try (BuildSlots.Slot slot = slots.enter(app, transcript, cancellation)) {
                requireRoom(app);
                return new OneBuild(
                                commit,
                                folder,
                                env,
                                new BlottedTranscript(transcript, env),
                                cancellation,
                                procfile,
                                chosen)
                        .plan(slot.app());
            }
        } catch (IOException e) {
            throw BuildTrouble.refusal(app, settings.layout().builds(app), e);
        }
    }

    /** A disk that fills up in the middle of a build harms every app. */
    private void requireRoom(AppName app) throws IOException {
        long expected = history.lastSize(app);
        long free = free();
        if (free < expected) {
            throw new Refusal("the server has " + Sizes.of(free) + " free, and the last build of " + app + " took "
                    + Sizes.of(expected) + ", so this one would not fit: `disk` shows who takes what");
        }
    }

    private long free() {
        return settings.layout().root().toFile().getUsableSpace();
    }

    /** The last builds of every app. */
    public BuildHistory history() {
        return history;
    }

    /** Deletes the app's slugs but those to keep, those that no release can name yet, and what is being built. */
    public void sweep(AppName app, Set<String> keepSlugIds) {
        folders.sweep(app, keepSlugIds);
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

    private static String shortened(String commit) {
        return commit.substring(0, Math.min(7, commit.length()));
    }

    /** What one call of {@link #build} carries from step to step. */
    private final class OneBuild {
        private final String commit;
        private final Subfolder source;
        private final ConfigVars env;
        private final Transcript transcript;
        private final Cancellation cancellation;
        private final Optional<Procfile> procfile;
        private final List<Buildpack> chosen;

        OneBuild(
                String commit,
                Subfolder source,
                ConfigVars env,
                Transcript transcript,
                Cancellation cancellation,
                Optional<Procfile> procfile,
                List<Buildpack> chosen) {
            this.commit = commit;
            this.source = source;
            this.env = env;
            this.transcript = transcript;
            this.cancellation = cancellation;
            this.procfile = procfile;
            this.chosen = chosen;
        }

        Slug run(AppName app, RecordedBuild recorded) throws IOException {
            disposal.retry();
            try (SlugFolders.Unfinished unfinished = folders.begin(app, shortened(commit));
                    BuildTraces.Trace trace = traces.begin(unfinished.id())) {
                Path tree = unfinished.folder();
                recorded.admitted();
                Map<String, String> submodules = source.writeTo(tree, transcript);
                cancellation.check();
                Build whole = whole(app, tree, trace);
                new Submodules(whole, deployKeys.sshCommand(app)).fill(tree, submodules);
                TreeBound bound = whole.bound().startedBy(() -> view.launcher(app, tree, trace));
                BuiltApp built = built(whole.in(appFolder(tree)).within(bound));
                Map<ProcessType, String> processes = processes(built);
                cancellation.check();
                recorded.begin("Writing to disk");
                recorded.made(TreeSize.of(tree));
                unfinished.finish();
                Site site = built.site();
                return Slug.of(
                        unfinished.id(),
                        commit,
                        built.buildpack(),
                        processes,
                        built.environment(),
                        site == null ? null : site.below(source.folder()),
                        source.folder());
            }
        }

        BuildPlan plan(AppName app) throws IOException {
            disposal.retry();
            try (SlugFolders.Unfinished unfinished = folders.begin(app, shortened(commit));
                    BuildTraces.Trace trace = traces.begin(unfinished.id())) {
                Path tree = unfinished.folder();
                source.writeTo(tree, transcript);
                Build build = whole(app, tree, trace).in(appFolder(tree));
                List<String> with = new ArrayList<>();
                for (Buildpack buildpack : chosen) {
                    cancellation.check();
                    with.add(buildpack.plan(build));
                }
                return BuildPlan.of(
                        with,
                        procfile.map(Procfile::commands).orElse(Map.of()),
                        TreeSize.of(tree),
                        history.lastSize(app),
                        free());
            }
        }

        private Build whole(AppName app, Path tree, BuildTraces.Trace trace) throws IOException {
            return new Build(
                    tree,
                    folders.cache(app),
                    trace.temporary(),
                    environment(trace),
                    env.asMap(),
                    runtimes,
                    trace.mark(),
                    clock.instant().plus(settings.buildTimeout()),
                    new TreeBound(settings.buildMemoryBytes(), settings.buildProcesses()),
                    transcript,
                    cancellation);
        }

        private Path appFolder(Path tree) throws IOException {
            Path folder = tree.resolve(source.folder());
            if (!Files.isDirectory(folder) || !folder.toRealPath().startsWith(tree.toRealPath())) {
                throw new Refusal(Printable.shortened(source.folder(), 120)
                        + ", which the app is built from, is no folder; `apps:set root=` names another one or none");
            }
            return folder;
        }

        private BuiltApp built(Build build) throws IOException {
            try {
                Build next = build;
                BuiltApp all = chosen.get(0).build(next);
                for (Buildpack buildpack : chosen.subList(1, chosen.size())) {
                    cancellation.check();
                    next = next.after(all);
                    all = all.followedBy(buildpack.build(next));
                }
                return all;
            } catch (Refusal e) {
                boolean late = !clock.instant().isBefore(build.deadline());
                throw late && !cancellation.isCancelled() ? BuildTrouble.outOfTime(e) : e;
            }
        }

        private Map<String, String> environment(BuildTraces.Trace trace) {
            Map<String, String> all = new TreeMap<>();
            all.put("PATH", agentEnvironment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
            all.put("LANG", "C.UTF-8");
            Optional.ofNullable(agentEnvironment.get("TZ")).ifPresent(zone -> all.put("TZ", zone));
            all.putAll(env.asMap());
            all.put("HOME", trace.temporary().toString());
            all.put("TMPDIR", trace.temporary().toString());
            all.put("SOURCE_VERSION", commit);
            all.put(BuildTraces.MARK, trace.id());
            return all;
        }

        private Map<ProcessType, String> processes(BuiltApp built) {
            Map<String, String> commands = procfile.map(Procfile::commands).orElse(built.defaultProcesses());
            if (commands.isEmpty() && built.site() == null) {
                throw new Refusal("nothing says how the app runs: add a Procfile such as"
                        + " `web: ./server --port $PORT`, or a start script to package.json");
            }
            Map<ProcessType, String> processes = new TreeMap<>();
            commands.forEach((type, command) -> processes.put(new ProcessType(type), command));
            return processes;
        }
    }
}
