package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.BuildPipeline;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.git.Submission;
import dev.tinyserv.agent.git.Submissions;
import dev.tinyserv.agent.release.Change;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.Subfolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * Everything that makes a release go live: pushes, changes of the configuration, rollbacks. Each blocks until it is
 * done or refused; when it is refused nothing has changed. Safe for several threads.
 */
public final class Deployer implements Submissions {
    private final Apps apps;
    private final Releases releases;
    private final BuildPipeline pipeline;
    private final DeployQueue queue = new DeployQueue();
    private final Routing routing;
    private final Rollout rollout;
    private final SlugSweep sweep;
    private final AgentSettings settings;

    /**
     * A deployer over the given stages.
     *
     * @param background runs what nobody waits for: the end of replaced instances
     */
    public Deployer(
            AgentSettings settings,
            Apps apps,
            Releases releases,
            BuildPipeline pipeline,
            Instances instances,
            Routes routes,
            Events events,
            Executor background) {
        this.settings = settings;
        this.apps = apps;
        this.releases = releases;
        this.pipeline = pipeline;
        this.routing = new Routing(apps, releases, instances, routes, events, background);
        this.rollout = new Rollout(
                releases,
                instances,
                routes,
                routing,
                events,
                background,
                settings.releaseTimeout(),
                settings.drainTimeout());
        this.sweep = new SlugSweep(releases, pipeline, settings.keepSlugs());
    }

    DeployQueue queue() {
        return queue;
    }

    Routing routing() {
        return routing;
    }

    Rollout rollout() {
        return rollout;
    }

    SlugSweep sweep() {
        return sweep;
    }

    /** What clients of an app are told while it has nothing that answers. */
    public String reasonOf(AppState app) {
        return routing.reason(app);
    }

    @Override
    public Accepted submit(Submission submission) {
        if (changesNothingWatched(submission)) {
            return pass(submission);
        }
        return accept(submission, Release.Cause.PUSH, "Deploy ");
    }

    @Override
    public Optional<String> released(AppName app) {
        return Optional.ofNullable(releases.current(app).commit());
    }

    /** Builds a commit that was deployed before once more, and deploys it with the current configuration. */
    public Deployment redeploy(Submission submission) {
        AcceptedPush accepted = accept(submission, Release.Cause.REDEPLOY, "Redeploy ");
        accepted.reported();
        return accepted.step.deployment();
    }

    /** Tells what a deploy of it would do, and changes nothing; returns whether nothing was found that makes it fail. */
    public boolean dryRun(Submission submission) {
        boolean passes = changesNothingWatched(submission);
        return new DryRun(settings, apps, releases, pipeline).of(submission, passes);
    }

    private boolean changesNothingWatched(Submission submission) {
        submission.by().requireUseOf(submission.app());
        AppState state = apps.get(submission.app());
        Release current = releases.current(submission.app());
        String live = current.commit();
        return !state.build().watch().isEmpty()
                && live != null
                && rootOf(current).equals(state.build().root())
                && !submission.comparison().changes(live, state.build().watch());
    }

    private static String rootOf(Release release) {
        Slug slug = release.slug();
        return slug == null ? "" : slug.root();
    }

    /** The branch moves, and nothing else happens. */
    private Accepted pass(Submission submission) {
        AppName app = submission.app();
        DeployQueue.Turn turn = queue.enter(
                app, "the push of " + submission.by().name(), submission.transcript(), submission.cancellation());
        try {
            submission.freshness().check();
            submission.cancellation().seal();
            submission.storage().keep();
            return new PassedPush(turn, submission, releases.current(app));
        } catch (RuntimeException e) {
            turn.close();
            throw e;
        }
    }

    private final class PassedPush implements Accepted {
        private final DeployQueue.Turn turn;
        private final Submission submission;
        private final Release current;
        private final AtomicBoolean over = new AtomicBoolean();

        PassedPush(DeployQueue.Turn turn, Submission submission, Release current) {
            this.turn = turn;
            this.submission = submission;
            this.current = current;
        }

        @Override
        public boolean isReleased() {
            return false;
        }

        @Override
        public void refMoved() {
            if (over.getAndSet(true)) {
                return;
            }
            turn.close();
            submission
                    .transcript()
                    .step("No release: nothing changed since " + current.name() + " in "
                            + String.join(
                                    ", ", apps.get(submission.app()).build().watch()));
        }

        /** Without a moved ref nothing has happened that could be told. */
        @Override
        public void reported() {
            if (!over.getAndSet(true)) {
                turn.close();
            }
        }
    }

    private AcceptedPush accept(Submission submission, Release.Cause cause, String verb) {
        AppName app = submission.app();
        submission.by().requireUseOf(app);
        AppState state = apps.get(app);
        Transcript transcript = submission.transcript();
        ConfigVars env = releases.current(app).env();
        Map<String, String> defaults =
                defaultsOf(new Subfolder(submission.source(), state.build().root()), env, transcript);
        Slug slug = pipeline.build(
                state,
                submission.commit(),
                submission.source(),
                withDefaults(env, defaults),
                transcript,
                submission.cancellation());
        boolean released = false;
        DeployQueue.Turn turn = null;
        try {
            turn = queue.enter(app, "the push of " + submission.by().name(), transcript, submission.cancellation());
            submission.freshness().check();
            submission.cancellation().check();
            Change change = new Change(
                    cause,
                    verb + shortId(slug),
                    submission.by().name(),
                    slug,
                    withDefaults(releases.current(app).env(), defaults),
                    submission.before());
            Rollout.Step step = rollout.carryOut(
                    apps.get(app), change, submission.storage()::keep, transcript, submission.cancellation());
            released = true;
            return new AcceptedPush(step, turn, submission);
        } finally {
            if (!released) {
                pipeline.discard(app, slug.id());
                if (turn != null) {
                    turn.close();
                }
            }
        }
    }

    private final class AcceptedPush implements Accepted {
        private final Rollout.Step step;
        private final DeployQueue.Turn turn;
        private final Submission submission;
        private final AtomicBoolean published = new AtomicBoolean();

        AcceptedPush(Rollout.Step step, DeployQueue.Turn turn, Submission submission) {
            this.step = step;
            this.turn = turn;
            this.submission = submission;
        }

        @Override
        public boolean isReleased() {
            return true;
        }

        @Override
        public void refMoved() {
            if (published.getAndSet(true)) {
                return;
            }
            boolean routed = false;
            try {
                routed = step.publish(submission.transcript());
            } finally {
                turn.close();
            }
            Deployment deployment = step.deployment();
            Release release = deployment.release();
            int port = apps.get(release.app()).port();
            submission
                    .transcript()
                    .step((deployment.running() ? "Launched " : "Released ")
                            + release.name()
                            + where(deployment, routed, port, settings.urlOf(port, submission.address())));
        }

        /** Where the release answers, or that it does not. */
        private static String where(Deployment deployment, boolean routed, int port, String url) {
            Release release = deployment.release();
            if (!release.takesRequests()) {
                String type = ProcessType.main(release.processes().keySet())
                        .map(ProcessType::value)
                        .orElse("nothing");
                return (deployment.running() ? ": " + type + " runs; " : ": ") + "no web process";
            }
            return routed
                    ? " · " + url
                    : ", but the router does not have port " + port
                            + ": nobody reaches it there until what the line above names is mended";
        }

        @Override
        public void reported() {
            refMoved();
            step.retire(() -> sweep.sweep(step.deployment().release().app()));
        }
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
        if (!Files.isDirectory(settings.layout().slug(app, slug.id()))) {
            throw new Refusal("the build of " + app + " " + target.name()
                    + " was swept; push its commit again: git push -f tinyserv " + slug.commit() + ":main");
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
            step.publish(transcript);
            step.retire(() -> sweep.sweep(app));
            return step.deployment();
        }
    }

    private static Map<String, String> defaultsOf(AppSource source, ConfigVars env, Transcript transcript) {
        try {
            return AppDefaults.of(source, env, transcript);
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
