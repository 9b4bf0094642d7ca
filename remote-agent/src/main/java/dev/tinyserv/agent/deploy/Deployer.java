package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Scale;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.git.BranchTip;
import dev.tinyserv.agent.release.Change;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Submissions;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Subfolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes releases go live: by pushes, changes of the configuration, and rollbacks. Each call blocks until the release is
 * live or refused. A refused call has changed nothing. Safe for several threads.
 */
public final class Deployer implements Submissions {
    private static final Logger LOG = LoggerFactory.getLogger(Deployer.class);

    private final DeploySettings settings;
    private final Apps apps;
    private final Releases releases;
    private final BuildPipeline pipeline;
    private final DeployQueue queue;
    private final Rollout rollout;
    private final SlugSweep sweep;

    Deployer(
            DeploySettings settings,
            Apps apps,
            Releases releases,
            BuildPipeline pipeline,
            DeployQueue queue,
            Rollout rollout,
            SlugSweep sweep) {
        this.settings = settings;
        this.apps = apps;
        this.releases = releases;
        this.pipeline = pipeline;
        this.queue = queue;
        this.rollout = rollout;
        this.sweep = sweep;
    }

    @Override
    public void submit(Submission submission) {
        submission.tip().check();
        boolean passed = changesNothingWatched(submission) && pass(submission);
        if (!passed) {
            deploy(submission, Release.Cause.PUSH, "Deploy ");
        }
    }

    /** Builds a commit that was deployed before once more, and deploys it with the current configuration. */
    public Deployment redeploy(Submission submission) {
        return deploy(submission, Release.Cause.REDEPLOY, "Redeploy ");
    }

    /** Tells the submitter what a deploy would do, and changes nothing. Returns whether no reason to fail was found. */
    public boolean dryRun(Submission submission) {
        boolean passes = changesNothingWatched(submission);
        return new DryRun(settings.server(), apps, releases, pipeline).of(submission, passes);
    }

    private boolean changesNothingWatched(Submission submission) {
        submission.origin().by().requireUseOf(submission.app());
        AppState state = apps.get(submission.app());
        Slug live = releases.current(submission.app()).slug();
        return !state.build().watch().isEmpty()
                && live != null
                && live.root().equals(state.build().root())
                && !submission.comparison().changes(live.commit(), state.build().watch());
    }

    /** Moves the tip without making a release. Returns false if a change that came first makes one necessary. */
    private boolean pass(Submission submission) {
        AppName app = submission.app();
        DeployQueue.Turn turn = turn(submission);
        try (turn) {
            submission.tip().check();
            if (!changesNothingWatched(submission)) {
                return false;
            }
            submission.origin().cancellation().seal();
            submission.tip().keep();
            submission.tip().move();
            String watched = String.join(", ", apps.get(app).build().watch());
            submission
                    .origin()
                    .transcript()
                    .step("No release: nothing changed since "
                            + releases.current(app).name() + " in " + watched);
            return true;
        }
    }

    private Deployment deploy(Submission submission, Release.Cause cause, String verb) {
        submission.origin().by().requireUseOf(submission.app());
        Map<String, String> defaults = defaultsOf(submission);
        Slug slug = build(submission, defaults);
        try {
            return inTurn(submission, slug, cause, verb, defaults);
        } catch (RuntimeException e) {
            pipeline.discard(submission.app(), slug.id());
            throw e;
        }
    }

    private Deployment inTurn(
            Submission submission, Slug slug, Release.Cause cause, String verb, Map<String, String> defaults) {
        DeployQueue.Turn turn = turn(submission);
        try (turn) {
            submission.tip().check();
            submission.origin().cancellation().check();
            Rollout.Step step = carryOut(submission, changeTo(slug, submission, cause, verb, defaults));
            follow(submission, step);
            return step.deployment();
        }
    }

    private Slug build(Submission submission, Map<String, String> defaults) {
        AppName app = submission.app();
        return pipeline.build(
                apps.get(app), submission, withDefaults(releases.current(app).env(), defaults));
    }

    private DeployQueue.Turn turn(Submission submission) {
        Origin origin = submission.origin();
        String who = "the push of " + origin.by().name();
        return queue.enter(submission.app(), who, origin.transcript(), origin.cancellation());
    }

    private Change changeTo(
            Slug slug, Submission submission, Release.Cause cause, String verb, Map<String, String> defaults) {
        return new Change(
                cause,
                verb + shortId(slug),
                submission.origin().by().name(),
                slug,
                withDefaults(releases.current(submission.app()).env(), defaults),
                submission.tip().before());
    }

    private Rollout.Step carryOut(Submission submission, Change change) {
        Origin origin = submission.origin();
        return rollout.carryOut(
                apps.get(submission.app()), change, submission.tip()::keep, origin.transcript(), origin.cancellation());
    }

    private void follow(Submission submission, Rollout.Step step) {
        Transcript transcript = submission.origin().transcript();
        afterCommit(submission.app(), transcript, () -> {
            move(submission);
            Optional<Refusal> problem = step.publish(transcript);
            step.retire(() -> sweep.sweep(submission.app()));
            step.runScripts(transcript);
            transcript.step(outcome(submission, step.deployment(), problem));
        });
    }

    /**
     * Runs what follows the commit point. A failure is told and logged, never thrown: the release counts once it is
     * committed, and the next start of the agent repairs the rest.
     */
    private static void afterCommit(AppName app, Transcript transcript, Runnable rest) {
        try {
            rest.run();
        } catch (RuntimeException e) {
            LOG.error("{}: the release counts, but what follows its commit point failed", app, e);
            transcript.problem("the release counts, but what follows failed; see the agent's log");
        }
    }

    private static void move(Submission submission) {
        try {
            submission.tip().move();
        } catch (RuntimeException e) { // whatever it is, the routes follow
            LOG.error("{} is live at {} but its branch is behind", submission.app(), submission.commit(), e);
            Transcript transcript = submission.origin().transcript();
            transcript.problem(String.valueOf(e.getMessage()));
            transcript.problem("the release is live and stays so; the agent's next start moves its branch if need be");
        }
    }

    private String outcome(Submission submission, Deployment deployment, Optional<Refusal> problem) {
        Release release = deployment.release();
        AppState app = apps.get(release.app());
        Scale scale = DesiredFormation.heeding(app, release).scale();
        List<ProcessType> running = scale.processes(release.types()).stream()
                .map(ProcessName::type)
                .distinct()
                .toList();
        boolean answers = release.site() != null || running.contains(ProcessType.WEB);
        boolean runs = deployment.running() && (answers || !running.isEmpty());
        String done = (runs ? "Launched " : "Released ") + release.name();
        String url = settings.server().urlOf(app.port(), submission.origin().address());
        if (answers) {
            return done + problem.map(what -> notRouted(app.port(), what)).orElse(" · " + url);
        }
        return done + ": "
                + (deployment.running() ? what(running, scale.formation().of(release.types())) : "")
                + (release.takesRequests() ? withoutWeb(scale, url) : "no web process");
    }

    private static String withoutWeb(Scale scale, String url) {
        return scale.formation().count(ProcessType.WEB) == 0
                ? "web is scaled to 0, so " + url + " answers 503; `tinyserv ps:scale web=1` starts one"
                : "web is stopped, so " + url + " answers 503; `tinyserv ps:start web` starts it";
    }

    private static String what(List<ProcessType> running, Formation formation) {
        if (!running.isEmpty()) {
            String types = running.stream().map(ProcessType::value).collect(Collectors.joining(", "));
            return types + (running.size() == 1 ? " runs; " : " run; ");
        }
        if (formation.counts().containsKey(ProcessType.WEB)) {
            return "";
        }
        if (!formation.running().isEmpty()) {
            return "all its processes are stopped, `tinyserv ps:start` starts them; ";
        }
        String all =
                formation.counts().keySet().stream().map(type -> type + "=1").collect(Collectors.joining(" "));
        return "nothing runs yet, `tinyserv ps:scale " + all + "` starts it; ";
    }

    private static String notRouted(int port, Refusal problem) {
        return (problem instanceof PortNotServed
                        ? ", but the router does not have port " + port + ": nobody reaches it there"
                        : ", but the router does not send port " + port
                                + " to it yet: what was served there goes on being served")
                + " until what the line above names is mended";
    }

    /**
     * Changes the configuration.
     *
     * @param description what the release is called, such as {@code Set FOO}
     */
    public Deployment configure(
            AppName app,
            Account by,
            String description,
            UnaryOperator<ConfigVars> change,
            Transcript transcript,
            Cancellation cancellation) {
        return inTurn(app, by, description, transcript, cancellation, state -> {
            Release current = releases.current(app);
            return new Change(
                    Release.Cause.CONFIG, description, by.name(), current.slug(), change.apply(current.env()));
        });
    }

    /**
     * Brings code and configuration of an earlier release back, as a new release; builds nothing.
     *
     * @param version the earlier release's number; 0 for the one that was live before the current one
     */
    public Deployment rollback(AppName app, Account by, int version, Transcript transcript, Cancellation cancellation) {
        return inTurn(app, by, "a rollback", transcript, cancellation, state -> {
            Release target = version == 0 ? beforeCurrent(app) : releases.get(app, version);
            requireUsable(target);
            return new Change(
                    Release.Cause.ROLLBACK, "Rollback to " + target.name(), by.name(), target.slug(), target.env());
        });
    }

    private Release beforeCurrent(AppName app) {
        int current = releases.current(app).version();
        return releases.newest(app, Integer.MAX_VALUE).stream()
                .filter(release -> release.version() < current
                        && release.status() == Release.Status.LIVE
                        && release.slug() != null)
                .findFirst()
                .orElseThrow(() -> new Refusal(app + " has no earlier release to roll back to"));
    }

    private void requireUsable(Release target) {
        AppName app = target.app();
        if (target.status() != Release.Status.LIVE) {
            throw new Refusal(app + " " + target.name() + " never was live; `releases` shows which were");
        }
        Slug slug = target.slug();
        if (slug == null) {
            throw new Refusal(app + " " + target.name() + " has no code to roll back to");
        }
        if (!Files.isDirectory(settings.server().layout().slug(app, slug.id()))) {
            throw new Refusal("the build of " + app + " " + target.name()
                    + " was swept; push its commit again: git push -f tinyserv " + slug.commit() + ":"
                    + BranchTip.branch(settings.server().layout().repository(app)));
        }
    }

    private interface ChangeOf {
        Change apply(AppState state);
    }

    private Deployment inTurn(
            AppName app, Account by, String what, Transcript transcript, Cancellation cancellation, ChangeOf changeOf) {
        by.requireUseOf(app);
        apps.get(app);
        DeployQueue.Turn turn = queue.enter(app, what + " of " + by.name(), transcript, cancellation);
        try (turn) {
            AppState state = apps.get(app);
            Rollout.Step step = rollout.carryOut(state, changeOf.apply(state), () -> {}, transcript, cancellation);
            afterCommit(app, transcript, () -> {
                step.publish(transcript);
                step.retire(() -> sweep.sweep(app));
            });
            return step.deployment();
        }
    }

    private Map<String, String> defaultsOf(Submission submission) {
        AppSource source = new Subfolder(
                submission.source(), apps.get(submission.app()).build().root());
        ConfigVars env = releases.current(submission.app()).env();
        try {
            return AppDefaults.of(source, env, submission.origin().transcript());
        } catch (IOException e) {
            throw new Refusal("cannot read app.json of the pushed commit: " + e.getMessage(), e);
        }
    }

    /** Variables of app.json only fill what is not set. */
    private static ConfigVars withDefaults(ConfigVars env, Map<String, String> defaults) {
        return new ConfigVars(defaults).with(env.asMap());
    }

    private static String shortId(Slug slug) {
        return slug.commit().substring(0, Math.min(7, slug.commit().length()));
    }
}
