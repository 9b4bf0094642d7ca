package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Build;
import dev.tinyserv.buildpacks.buildpack.Buildpack;
import dev.tinyserv.buildpacks.buildpack.BuiltApp;
import dev.tinyserv.buildpacks.buildpack.Plan;
import dev.tinyserv.buildpacks.buildpack.QuietGit;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.buildpack.Submodules;
import dev.tinyserv.buildpacks.buildpack.UnreadFiles;
import dev.tinyserv.buildpacks.buildpack.WindowsText;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.process.TreeBound;
import dev.tinyserv.buildpacks.program.MissingProgram;
import dev.tinyserv.buildpacks.program.OtherSpelling;
import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.buildpacks.source.Procfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds one version of an app: its files, its dependencies, and what its buildpacks make of them. Used by one thread.
 */
final class OneBuild {
    private final BuildContext context;
    private final Wanted wanted;
    private final RefusedKeyTranscript transcript;
    private final Cancellation cancellation;

    OneBuild(BuildContext context, Wanted wanted, Transcript transcript, Cancellation cancellation) {
        this.context = context;
        this.wanted = wanted;
        this.transcript = new RefusedKeyTranscript(transcript);
        this.cancellation = cancellation;
    }

    /**
     * Builds the version. When this returns, the slug is durable; when it throws, nothing of it is left.
     *
     * @throws Refusal if the build fails or is cancelled
     */
    Slug run(AppName app, RecordedBuild recorded) throws IOException {
        context.disposal().retry();
        try (SlugFolders.Unfinished unfinished = context.folders().begin(app, Wanted.shortened(wanted.commit()));
                BuildTraces.Trace trace = context.traces().begin(unfinished.id());
                LentKey key = context.deployKeys().lend(app, trace.temporary(), path())) {
            transcript.heed(key.refusals());
            try {
                return slug(app, recorded, unfinished, trace, key);
            } finally {
                trace.endProcesses(); // before known hosts are read back from a folder in which they can write
            }
        }
    }

    private Slug slug(
            AppName app,
            RecordedBuild recorded,
            SlugFolders.Unfinished unfinished,
            BuildTraces.Trace trace,
            LentKey key)
            throws IOException {
        Path tree = unfinished.folder();
        recorded.admitted();
        Map<String, String> submodules = wanted.source().writeTo(tree, transcript);
        cancellation.check();
        TreeBound bound = bound().startedBy(() -> context.view().launcher(app, tree, trace))
                .finding(key.programs());
        Build whole = whole(app, tree, trace, key.variables()).within(bound);
        mendToolFiles(whole);
        new Submodules(whole).fill(tree, submodules);
        Path folder = appFolder(tree);
        Build build = whole.in(folder).within(bound.followedBy(() -> requireStillThere(tree, folder)));
        mendToolFiles(build);
        requireItsProgram(build);
        tellWhatIsPassedOver();
        requireThatSomethingMayRun(build);
        if (!wanted.isSite()) {
            WindowsText.requireReadableProfiles(build);
            WindowsText.mendWrappers(build);
        }
        BuiltApp built = built(build);
        requireStillThere(tree, folder);
        WindowsText.mendProfiles(build);
        SortedMap<ProcessType, String> processes = processes(built);
        cancellation.check();
        recorded.begin("Writing to disk");
        recorded.made(TreeSize.of(tree));
        unfinished.finish();
        Site site = built.site();
        return new Slug(
                unfinished.id(),
                wanted.commit(),
                built.buildpack(),
                processes,
                new TreeMap<>(built.environment()),
                site == null ? null : site.below(wanted.source().folder()),
                wanted.source().folder(),
                wanted.manifest());
    }

    /** What a build would do; nothing of it is left. */
    BuildPlan plan(AppName app, long lastSize) throws IOException {
        context.disposal().retry();
        try (SlugFolders.Unfinished unfinished = context.folders().begin(app, Wanted.shortened(wanted.commit()));
                BuildTraces.Trace trace = context.traces().begin(unfinished.id())) {
            Path tree = unfinished.folder();
            Map<String, String> submodules = wanted.source().writeTo(tree, transcript);
            Build whole = whole(app, tree, trace, Map.of());
            Build build = whole.in(appFolder(tree));
            mendToolFiles(whole);
            mendToolFiles(build);
            if (submodules.isEmpty()) { // else files of the submodules are still missing
                requireItsProgram(build);
            }
            tellWhatIsPassedOver();
            List<String> with = new ArrayList<>();
            Plan runs = Plan.running("", Map.of());
            for (Buildpack buildpack : wanted.buildpacks()) {
                cancellation.check();
                Plan plan = buildpack.plan(build);
                with.add(plan.with());
                runs = plan.decides() ? plan : runs;
            }
            return new BuildPlan(
                    with,
                    plannedCommands(runs),
                    runs.site(),
                    wanted.manifest(),
                    TreeSize.of(tree),
                    lastSize,
                    context.free());
        }
    }

    /** Mends files of tools; an app that lies in a folder also has those of the whole repository. */
    private void mendToolFiles(Build build) throws IOException {
        if (!wanted.isSite()) {
            WindowsText.mendToolFiles(build);
        }
    }

    private TreeBound bound() {
        return new TreeBound(
                context.settings().buildMemoryBytes(), context.settings().buildProcesses());
    }

    /**
     * Where nothing is built, requires that the program was pushed that the Procfile runs first. This is known now,
     * before a release phase runs.
     */
    private void requireItsProgram(Build build) throws IOException {
        if (wanted.procfile().isEmpty() || !UnreadFiles.buildNothing(names())) {
            return;
        }
        Map<String, String> commands = wanted.procfile().get().commands();
        ProcessType first = commands.containsKey(ProcessType.RELEASE.value())
                ? ProcessType.RELEASE
                : wanted.formation().running().stream().findFirst().orElse(ProcessType.WEB);
        Optional<String> missing =
                MissingProgram.of(build.tree(), build.folder(), commands.getOrDefault(first.value(), ""));
        if (missing.isPresent()) {
            Optional<String> compiled = UnreadFiles.ofCompiled(wanted.source());
            throw new Refusal("there is no " + Printable.shortened(missing.get(), 120) + " in the app, which " + first
                    + " in the Procfile runs: "
                    + OtherSpelling.of(build.tree(), build.folder().resolve(missing.get()))
                            .map(other -> Printable.shortened(other, 120) + " is there, so call it as it is written")
                            .or(() -> compiled)
                            .orElse("nothing is built here, so commit it, with `git add -f` if .gitignore names it, and"
                                    + " see whether .slugignore leaves it out"));
        }
    }

    private List<String> names() {
        return wanted.buildpacks().stream().map(Buildpack::name).toList();
    }

    private void tellWhatIsPassedOver() throws IOException {
        UnreadFiles.passedOver(wanted.source(), names(), wanted.detected()).forEach(transcript::problem);
    }

    /** Refuses an app if nothing says how it runs: before an install of minutes, rather than after it. */
    private void requireThatSomethingMayRun(Build build) throws IOException {
        boolean may = wanted.procfile().isPresent();
        for (Buildpack buildpack : wanted.buildpacks()) {
            may |= buildpack.mayTellHowItRuns(build);
        }
        if (!may) {
            throw silent();
        }
    }

    private Build whole(AppName app, Path tree, BuildTraces.Trace trace, Map<String, String> ssh) throws IOException {
        Instant deadline = context.clock().instant().plus(context.settings().buildTimeout());
        return new Build(
                tree,
                tree,
                context.folders().cache(app),
                trace.temporary(),
                environment(trace, ssh),
                wanted.env().asMap(),
                context.machine().runtimes(),
                new Build.Run(trace.mark(), deadline, bound(), transcript, cancellation));
    }

    private Path appFolder(Path tree) {
        Path folder = tree.resolve(wanted.source().folder());
        if (!isRealFolder(tree, folder)) {
            throw new Refusal(shownFolder()
                    + ", which the app is built from, is no folder, or one behind a link; `apps:set root=` names another"
                    + " one or none");
        }
        return folder;
    }

    /**
     * Requires that the app's folder is still a folder: the build's programs can put a link in its place, and what we
     * do next in the folder we would do elsewhere.
     */
    private void requireStillThere(Path tree, Path folder) {
        if (!isRealFolder(tree, folder)) {
            throw new Refusal("the build put something else in the place of the folder " + shownFolder()
                    + ", which the app is built from: have it leave that folder where it is");
        }
    }

    private static boolean isRealFolder(Path tree, Path folder) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && !FileTree.isBehindLink(tree, folder);
    }

    private String shownFolder() {
        return Printable.shortened(wanted.source().folder(), 120);
    }

    private BuiltApp built(Build build) throws IOException {
        try {
            Build next = build;
            List<Buildpack> others =
                    wanted.buildpacks().subList(1, wanted.buildpacks().size());
            BuiltApp all = wanted.buildpacks().get(0).build(next);
            for (Buildpack buildpack : others) {
                cancellation.check();
                next = next.after(all);
                all = all.followedBy(buildpack.build(next));
            }
            return all;
        } catch (Refusal e) {
            boolean late = !context.clock().instant().isBefore(build.run().deadline());
            if (late && !cancellation.isCancelled()) { // the message tells how long the failed program ran
                String whole = ": TINYSERV_BUILD_TIMEOUT on the server is the time for a whole build";
                throw new Refusal(e.getMessage() + whole, e);
            }
            throw transcript.withRemedy(e);
        }
    }

    private String path() {
        return context.machine().environment().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    }

    private Map<String, String> environment(BuildTraces.Trace trace, Map<String, String> ssh) {
        Map<String, String> all = new TreeMap<>(QuietGit.environment());
        all.putAll(ssh);
        all.put("PATH", path());
        all.put("LANG", "C.UTF-8");
        Optional.ofNullable(context.machine().environment().get("TZ")).ifPresent(zone -> all.put("TZ", zone));
        Map<String, String> config = wanted.env().asMap();
        all.putAll(config);
        if (config.containsKey("GIT_SSH") && !config.containsKey("GIT_SSH_COMMAND")) {
            all.remove("GIT_SSH_COMMAND"); // it would win over the app's own GIT_SSH
        }
        all.put("HOME", trace.temporary().toString());
        all.put("TMPDIR", trace.temporary().toString());
        all.put("SOURCE_VERSION", wanted.commit());
        all.put(BuildTraces.MARK, trace.id());
        return all;
    }

    private @Nullable SortedMap<String, String> plannedCommands(Plan runs) {
        @Nullable
        Map<String, String> commands =
                wanted.procfile().isPresent() ? wanted.procfile().get().commands() : runs.processes();
        if (commands != null && commands.isEmpty() && !runs.site()) {
            throw silent();
        }
        return commands == null ? null : new TreeMap<>(commands);
    }

    private static Refusal silent() {
        return new Refusal("nothing says how the app runs: add a Procfile such as `web: ./server --port $PORT`, or, for"
                + " Node.js, a start script to package.json");
    }

    private SortedMap<ProcessType, String> processes(BuiltApp built) {
        Map<String, String> commands = wanted.procfile().map(Procfile::commands).orElse(built.defaultProcesses());
        if (commands.isEmpty() && built.site() == null) {
            throw silent();
        }
        SortedMap<ProcessType, String> processes = new TreeMap<>();
        commands.forEach((type, command) -> processes.put(new ProcessType(type), command));
        return processes;
    }
}
