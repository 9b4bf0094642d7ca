package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessSelector;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.Scale;
import dev.tinyserv.agent.app.ScaleChange;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.event.AppEvent;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Signal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, stops, restarts and scales apps without a new release, in the app's turn. Each call blocks until it is done. */
public final class Operator {
    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);

    private final DeployQueue queue;
    private final Routing routing;
    private final Rollout rollout;
    private final SlugSweep sweep;
    private final Apps apps;
    private final Releases releases;
    private final Instances instances;
    private final Events events;

    Operator(
            DeployQueue queue,
            Routing routing,
            Rollout rollout,
            SlugSweep sweep,
            Apps apps,
            Releases releases,
            Instances instances,
            Events events) {
        this.queue = queue;
        this.routing = routing;
        this.rollout = rollout;
        this.sweep = sweep;
        this.apps = apps;
        this.releases = releases;
        this.instances = instances;
        this.events = events;
    }

    /**
     * Starts new processes of the current release beside the old ones, and switches to them.
     *
     * @param target which processes; empty for all
     */
    public Release restart(
            AppName app,
            Account by,
            Optional<ProcessSelector> target,
            Transcript transcript,
            Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a restart", transcript, cancellation);
        try (turn) {
            AppState state = requireUp(app);
            String why = "replaced by " + releases.current(app).name();
            return switchOver(
                    rollout.prepare(state, state, desired -> those(target, desired), why, transcript, cancellation),
                    state,
                    transcript);
        }
    }

    private static List<ProcessName> those(Optional<ProcessSelector> target, Desired desired) {
        return target.map(some -> some.among(desired.app(), desired.processes()))
                .orElse(desired.processes());
    }

    /**
     * Stops the app until it is started by hand; clients get 503. Once that is noted, the app is stopped: a router that
     * cannot be told yet is told later, and the transcript says so.
     */
    public void stop(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a stop", transcript, cancellation);
        try (turn) {
            apps.put(apps.get(app).withUp(false));
            events.publish(new AppEvent.Stopped(app, by.name()));
            Optional<Refusal> untold = routing.refreshOrTell(app, transcript);
            instances.stop(app, "stopped by " + by.name());
            if (untold.isPresent()) {
                transcript.problem(app + " is stopped all the same; the router learns of it later");
            }
        }
    }

    /**
     * Stops some processes of the app until they are started or their type is scaled by hand. Their requests end first.
     * Blocks until none of them is left.
     */
    public void stop(
            AppName app, Account by, ProcessSelector target, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a stop of " + target, transcript, cancellation);
        try (turn) {
            AppState state = heeding(app);
            target.among(
                    app,
                    state.scale().formation().of(releases.current(app).types()).processes());
            AppState wanted = state.withScale(state.scale().withStopped(target));
            String why = "stopped by " + by.name();
            Optional<Rollout.Step> step = state.up()
                    ? Optional.of(rollout.prepare(state, wanted, desired -> List.of(), why, transcript, cancellation))
                    : Optional.empty();
            apps.put(wanted);
            events.publish(new AppEvent.ProcessesStopped(app, by.name(), target));
            step.ifPresent(change -> {
                change.publish(transcript);
                change.end();
            });
        }
    }

    /**
     * Changes how many processes of some types run, without a release: starts and ends only what changes.
     *
     * @param changes such as {@code web=2} or {@code worker+1}
     * @return the formation of the release's types
     * @throws Refusal if a process does not start, or a change makes no sense; then nothing has changed
     */
    public Formation scale(
            AppName app, Account by, List<ScaleChange> changes, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a scale", transcript, cancellation);
        try (turn) {
            requireCode(app);
            AppState state = heeding(app);
            Release release = releases.current(app);
            changes.forEach(change -> release.requireType(change.type()));
            Scale scale = ScaleChange.applied(state.scale(), changes);
            AppState wanted = state.withScale(scale);
            wanted.requireExclusiveOnes(release.types());
            Formation formation = scale.formation().of(release.types());
            if (!state.up()) {
                apps.put(wanted);
                events.publish(new AppEvent.Scaled(app, by.name(), formation));
                return formation;
            }
            Rollout.Step step = rollout.prepare(
                    state, wanted, instances::missing, "scaled down by " + by.name(), transcript, cancellation);
            note(wanted, step);
            events.publish(new AppEvent.Scaled(app, by.name(), formation));
            step.publish(transcript);
            step.retire(() -> {});
            return formation;
        }
    }

    /** The formation of an app, of the types that its release has. */
    public Formation formation(AppName app) {
        return heeding(app).scale().formation().of(releases.current(app).types());
    }

    /** The processes of an app that should run while it is up. */
    public List<ProcessName> wanted(AppName app) {
        return heeding(app).scale().processes(releases.current(app).types());
    }

    /**
     * Sends a signal to the main process of each of some running processes. Waits for no turn: it changes nothing.
     *
     * @return the processes that got it; at least one
     */
    public List<ProcessName> signal(AppName app, Account by, ProcessSelector target, Signal signal) {
        by.requireUseOf(app);
        Desired desired = Desired.running(apps.get(app), releases.current(app));
        List<ProcessName> signalled = instances.signal(app, target.among(app, desired.processes()), signal);
        if (signalled.isEmpty()) {
            throw new Refusal("no process of " + target + " runs now; `tinyserv ps -a " + app + "` shows why");
        }
        events.publish(new AppEvent.Signalled(app, by.name(), signal.name(), signalled));
        return signalled;
    }

    /**
     * What a change of an app has led to.
     *
     * @param state the changed state
     * @param untold why the router cannot be told yet, and is told later; empty if it was told, or need not be
     */
    public record Changed(AppState state, Optional<Refusal> untold) {}

    /**
     * Changes what the app should be, but for whether it is up. Running processes stay as they are. Another affinity is
     * in force when this returns, unless the router cannot be told.
     *
     * @param what names this change to callers that wait for the app's turn, such as {@code a change of buildpacks}
     */
    public Changed change(
            AppName app, Account by, String what, UnaryOperator<AppState> change, Cancellation cancellation) {
        Transcript nobody = line -> LOG.debug("{}: {}", app, line);
        DeployQueue.Turn turn = enter(app, by, what, nobody, cancellation);
        try (turn) {
            AppState former = apps.get(app);
            AppState changed = change.apply(former);
            apps.put(changed);
            if (!changed.build().equals(former.build())) {
                events.publish(new AppEvent.BuildChanged(app, by.name(), changed.build()));
            }
            if (changed.affinity() == former.affinity()) {
                return new Changed(changed, Optional.empty());
            }
            events.publish(new AppEvent.AffinityChanged(app, by.name(), changed.affinity()));
            return new Changed(changed, routing.refreshOrTell(app, nobody));
        }
    }

    /**
     * Changes how the processes of a type are run, from the next change of release on.
     *
     * @return the app's state with the change
     * @throws Refusal if the release has no such type, and nothing was set for it before
     */
    public AppState change(
            AppName app, Account by, ProcessType type, UnaryOperator<TypeSettings> change, Cancellation cancellation) {
        Transcript nobody = line -> LOG.debug("{}: {}", app, line);
        DeployQueue.Turn turn = enter(app, by, "a change of " + type, nobody, cancellation);
        try (turn) {
            AppState state = apps.get(app);
            if (!state.types().containsKey(type)) {
                releases.current(app).requireType(type);
            }
            AppState changed = state.withSettings(type, change.apply(state.settings(type)));
            DesiredFormation.heeding(changed, releases.current(app)).requireExclusiveOnes(List.of(type));
            apps.put(changed);
            events.publish(new AppEvent.TypeChanged(app, by.name(), type, changed.settings(type)));
            return changed;
        }
    }

    /** Starts a stopped app with all its processes. If it does not boot, it stays stopped. What runs is left alone. */
    public Release start(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a start", transcript, cancellation);
        try (turn) {
            requireCode(app);
            AppState state = heeding(app);
            AppState wanted = state.withUp(true).withScale(state.scale().started());
            return startWhatIsDown(state, wanted, desired -> true, transcript, cancellation);
        }
    }

    /** Starts some processes that were stopped by hand, or that wait for their next start. */
    public Release start(
            AppName app, Account by, ProcessSelector target, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a start of " + target, transcript, cancellation);
        try (turn) {
            requireUp(app);
            AppState state = heeding(app);
            Release release = releases.current(app);
            release.requireType(target.type());
            int count = state.scale().formation().count(target.type());
            if (count < Math.max(1, target.index())) {
                throw new Refusal(app + " is scaled to " + target.type() + "=" + count + ", so there is no " + target
                        + " to start; `ps:scale " + target.type() + "=" + Math.max(1, target.index())
                        + "` starts one");
            }
            AppState wanted = state.withScale(state.scale().withoutStopped(target));
            return startWhatIsDown(state, wanted, target::selects, transcript, cancellation);
        }
    }

    private Release startWhatIsDown(
            AppState state,
            AppState wanted,
            Predicate<ProcessName> which,
            Transcript transcript,
            Cancellation cancellation) {
        Rollout.Step step = rollout.prepare(
                state,
                wanted,
                desired -> instances.down(desired).stream().filter(which).toList(),
                "replaced",
                transcript,
                cancellation);
        return switchOver(step, wanted, transcript);
    }

    private Release switchOver(Rollout.Step step, AppState wanted, Transcript transcript) {
        note(wanted, step);
        step.publish(transcript);
        step.retire(() -> {});
        return step.deployment().release();
    }

    private void note(AppState wanted, Rollout.Step step) {
        try {
            apps.put(wanted);
        } catch (RuntimeException e) {
            step.giveUp("what is wanted could not be noted");
            throw e;
        }
    }

    /** Deletes builds of an earlier agent that no release needs. Never throws a {@link Refusal}. */
    public void sweep(AppName app) {
        Transcript toLog = line -> LOG.info("{}: {}", app, line);
        DeployQueue.Turn turn = queue.enter(app, "the sweeping of old builds", toLog, new Cancellation());
        try (turn) {
            if (apps.find(app).isPresent()) {
                sweep.sweepAll(app);
            }
        } catch (Refusal e) {
            LOG.error("old builds of {} stay: {}", app, e.getMessage());
        }
    }

    private DeployQueue.Turn enter(
            AppName app, Account by, String what, Transcript transcript, Cancellation cancellation) {
        by.requireUseOf(app);
        apps.get(app);
        return queue.enter(app, what + " of " + by.name(), transcript, cancellation);
    }

    private AppState heeding(AppName app) {
        return DesiredFormation.heeding(apps.get(app), releases.current(app));
    }

    private AppState requireUp(AppName app) {
        AppState state = requireCode(app);
        if (!state.up()) {
            throw new Refusal(app + " is stopped; `ps:start` starts it");
        }
        return state;
    }

    private AppState requireCode(AppName app) {
        if (releases.current(app).slug() == null) {
            throw new Refusal(app + " has never been deployed; `git push tinyserv main` deploys it");
        }
        return apps.get(app);
    }
}
