package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.event.ReleaseEvent;
import dev.tinyserv.agent.release.Change;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one change out in its app's turn: release phase, candidates beside the old instances, commit point, routes,
 * and the end of the old instances. The caller holds the app's turn.
 */
record Rollout(
        Apps apps,
        Releases releases,
        Instances instances,
        Routing routing,
        Retirement retirement,
        Rolling rolling,
        Events events,
        Scripts scripts) {
    private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);

    /** A change that is past the commit point, with what is left to do. */
    final class Step {
        private final Deployment deployment;
        private final Optional<Rolling.Ready> ready;
        private final String why;
        private final boolean first;
        private List<Batch.Member> former = List.of();
        private boolean routed;

        private Step(Deployment deployment, Optional<Rolling.Ready> ready, String why, boolean first) {
            this.deployment = deployment;
            this.ready = ready;
            this.why = why;
            this.first = first;
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
            ready.ifPresent(candidates -> former = instances.promote(candidates.batch()));
            Optional<Refusal> problem = routing.refreshOrTell(app, transcript);
            routed = problem.isEmpty();
            return problem;
        }

        /** Ends the candidates, and brings the former processes back; called instead of {@link #publish}. Blocks. */
        void giveUp(String reason) {
            ready.ifPresent(candidates -> Rollout.this.giveUp(candidates, reason));
        }

        /** Ends the former instances once no route names them, then runs {@code afterwards}. Does not block. */
        void retire(Runnable afterwards) {
            retirement.after(unrouted(), former, why, afterwards);
        }

        /** Runs what the commit declares for the time behind its deploy. Blocks; a failure is told, never thrown. */
        void runScripts(Transcript transcript) {
            scripts.after(deployment.release(), first, transcript);
        }

        /** As {@link #retire}, but blocks if the router has followed already. */
        void end() {
            if (routed) {
                retirement.end(former, why);
            } else {
                retire(() -> {});
            }
        }

        private CompletableFuture<Void> unrouted() {
            return routed || Batch.endpoints(former).isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : routing.followed(deployment.release().app());
        }
    }

    /**
     * Carries the change out up to and including the commit point.
     *
     * @param beforeCommit runs just before the commit point, and may refuse
     * @throws Refusal if the change fails; then nothing has changed but that a failed release is on record
     */
    Step carryOut(
            AppState app, Change change, Runnable beforeCommit, Transcript transcript, Cancellation cancellation) {
        Release current = releases.current(app.app());
        AppState known = DesiredFormation.heeding(app, current);
        note(app, known); // behind the commit point, only the new release can be heeded
        Release pending = releases.begin(app, change);
        LogContext.release(pending.name());
        Optional<Rolling.Ready> ready = Optional.empty();
        try {
            ready = boot(known, current, pending, transcript, cancellation);
            cancellation.seal();
            beforeCommit.run();
            Release live = releases.commit(app, pending);
            events.publish(new ReleaseEvent.Released(
                    app.app(),
                    live.version(),
                    live.making().description(),
                    live.making().by(),
                    live.commit()));
            note(known, DesiredFormation.heeding(known, live));
            return new Step(
                    new Deployment(live, ready.isPresent()),
                    ready,
                    "replaced by " + live.name(),
                    current.slug() == null);
        } catch (RuntimeException e) {
            ready.ifPresent(candidates -> giveUp(candidates, pending.name() + " was given up"));
            giveUp(app, pending, e);
            throw e;
        }
    }

    /** Whoever reads the state before works the same out of the release, so nothing is lost if this fails. */
    private void note(AppState former, AppState heeding) {
        if (former.scale().formation().equals(heeding.scale().formation())) {
            return;
        }
        try {
            apps.put(heeding);
        } catch (RuntimeException e) {
            LOG.error("the formation of {} is not noted yet", heeding.app(), e);
        }
    }

    private void giveUp(Rolling.Ready candidates, String why) {
        instances.end(candidates.batch().started(), why);
        candidates.takeBack().run();
    }

    /**
     * Prepares another state of an app, whose current release stays. {@link Step#publish} makes it so.
     *
     * @param which chooses the processes that are started anew, beside those that run
     * @param why what is said of those that end
     * @throws Refusal if one does not start; then nothing has changed
     */
    Step prepare(
            AppState former,
            AppState wanted,
            Function<Desired, List<ProcessName>> which,
            String why,
            Transcript transcript,
            Cancellation cancellation) {
        Release release = releases.current(wanted.app());
        Desired desired = Desired.of(wanted, release);
        Rolling.Ready ready = rolling.prepare(
                Desired.running(former, release), desired, which.apply(desired), transcript, cancellation);
        return new Step(new Deployment(release, true), Optional.of(ready), why, false);
    }

    private Optional<Rolling.Ready> boot(
            AppState app, Release current, Release release, Transcript transcript, Cancellation cancellation) {
        if (release.slug() == null) {
            return Optional.empty();
        }
        Desired desired = Desired.of(app, release);
        scripts.before(release, transcript, cancellation);
        if (!app.up()) {
            transcript.detail(app.app() + " is stopped and stays so; `tinyserv ps:start` starts it");
            return Optional.empty();
        }
        transcript.step("Starting " + release.name());
        return Optional.of(
                rolling.prepare(Desired.running(app, current), desired, desired.processes(), transcript, cancellation));
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
