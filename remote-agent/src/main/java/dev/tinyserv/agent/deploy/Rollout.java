package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.event.ReleaseEvent;
import dev.tinyserv.agent.release.Change;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one change out in its app's turn: release phase, candidates beside the old instances, commit point, routes,
 * and the end of the old instances. The caller holds the app's turn.
 */
record Rollout(
        Releases releases,
        Instances instances,
        Routes routes,
        Routing routing,
        Events events,
        Executor background,
        Duration releaseTimeout,
        Duration drainTimeout) {
    private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);

    /** A change that is past the commit point, with what is left to do. */
    final class Step {
        private final Deployment deployment;
        private final Optional<Batch> candidates;
        private List<Batch.Member> former = List.of();
        private boolean routed;

        private Step(Deployment deployment, Optional<Batch> candidates) {
            this.deployment = deployment;
            this.candidates = candidates;
        }

        Deployment deployment() {
            return deployment;
        }

        /**
         * Switches the routes, and returns when the router has acknowledged. If that fails, it is told and returned,
         * not thrown.
         *
         * @return why the routes are not in force; empty if they are
         */
        Optional<Refusal> publish(Transcript transcript) {
            AppName app = deployment.release().app();
            candidates.ifPresent(batch -> former = instances.promote(batch));
            Optional<Refusal> problem = routing.refreshOrTell(app, transcript);
            routed = problem.isEmpty();
            return problem;
        }

        /** Ends the candidates; called instead of {@link #publish}. Blocks. */
        void giveUp(String why) {
            candidates.ifPresent(batch -> instances.end(batch.started(), why));
        }

        /** Ends the former instances once no route names them, then runs {@code afterwards}. Does not block. */
        void retire(Runnable afterwards) {
            Release release = deployment.release();
            CompletableFuture<Void> unrouted = routed || Batch.endpoints(former).isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : routing.followed(release.app());
            end(former, unrouted, "replaced by " + release.name(), afterwards);
        }
    }

    /**
     * Ends the instances replaced before or when this agent started, once no route in force names them. Does not block.
     */
    void retireLeft(AppName app) {
        List<Batch.Member> left = instances.retired(app);
        if (!left.isEmpty()) {
            end(left, routing.followed(app), "another release took over", () -> {});
        }
    }

    /** Drains and ends these once no route in force names them, then runs {@code afterwards}. Does not block. */
    private void end(List<Batch.Member> former, CompletableFuture<Void> unrouted, String why, Runnable afterwards) {
        Runnable end = () -> {
            routes.drain(Batch.endpoints(former), drainTimeout);
            instances.end(former, why);
            afterwards.run();
        };
        unrouted.thenRunAsync(end, LogContext.carrying(background)).exceptionally(problem -> {
            LOG.error("what is to be ended ({}) cannot be", why, problem);
            return null;
        });
    }

    /**
     * Carries the change out up to and including the commit point.
     *
     * @param beforeCommit runs just before the commit point, and may refuse
     * @throws Refusal if the change fails; then nothing has changed but that a failed release is on record
     */
    Step carryOut(
            AppState app, Change change, Runnable beforeCommit, Transcript transcript, Cancellation cancellation) {
        Release pending = releases.begin(app, change);
        LogContext.release(pending.name());
        Optional<Batch> candidates = Optional.empty();
        try {
            candidates = boot(app, pending, transcript, cancellation);
            cancellation.seal();
            beforeCommit.run();
            Release live = releases.commit(app, pending);
            events.publish(new ReleaseEvent.Released(
                    app.app(),
                    live.version(),
                    live.making().description(),
                    live.making().by(),
                    live.commit()));
            return new Step(new Deployment(live, candidates.isPresent()), candidates);
        } catch (RuntimeException e) {
            candidates.ifPresent(batch -> instances.end(batch.started(), pending.name() + " was given up"));
            giveUp(app, pending, e);
            throw e;
        }
    }

    /** Boots the current release once more beside what runs; the step's retirement ends the former instances. */
    Step restart(AppState app, Transcript transcript, Cancellation cancellation) {
        Release release = releases.current(app.app());
        Batch candidates =
                instances.prepare(Desired.of(app, release), Instances.Reuse.REPLACE, transcript, cancellation);
        return new Step(new Deployment(release, true), Optional.of(candidates));
    }

    private Optional<Batch> boot(AppState app, Release release, Transcript transcript, Cancellation cancellation) {
        if (release.slug() == null) {
            return Optional.empty();
        }
        Desired desired = Desired.of(app, release);
        String releaseCommand = release.processes().get(ProcessType.RELEASE);
        if (releaseCommand != null) {
            transcript.step("Release phase: " + releaseCommand);
            OneOff once = new OneOff(
                    release,
                    new ProcessName(ProcessType.RELEASE, 1),
                    releaseCommand,
                    releaseTimeout,
                    OneOff.Streams.to(transcript::detail));
            instances.run(once, cancellation).requireSuccess();
        }
        if (!app.up()) {
            transcript.detail(app.app() + " is stopped and stays so; `tinyserv ps:start` starts it");
            return Optional.empty();
        }
        transcript.step("Starting " + release.name());
        return Optional.of(instances.prepare(desired, Instances.Reuse.REPLACE, transcript, cancellation));
    }

    private void giveUp(AppState app, Release pending, RuntimeException cause) {
        String why =
                cause instanceof Refusal refusal ? refusal.getMessage() : "an error in tinyserv, see the agent's log";
        events.publish(new ReleaseEvent.Failed(pending.app(), pending.version(), why));
        try {
            releases.fail(app, pending);
        } catch (Refusal e) {
            LOG.error("cannot note that {} {} failed: {}", pending.app(), pending.name(), e.getMessage());
        }
    }
}
