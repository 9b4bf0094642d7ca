package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.BuildSettings;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.event.AppEvent;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts, stops and restarts apps without a new release, in the app's turn. Each call blocks until it is done. */
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

    /** Starts new instances of the current release beside the old ones, and switches to them. */
    public Release restart(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a restart", transcript, cancellation);
        try (turn) {
            AppState state = requireCode(app);
            if (!state.up()) {
                throw new Refusal(app + " is stopped; `ps:start` starts it");
            }
            return switchOver(state, transcript, cancellation);
        }
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
     * Changes the settings of the app's next builds. Running processes stay as they are.
     *
     * @param what names this change to callers that wait for the app's turn, such as {@code a change of buildpacks}
     * @return the changed settings
     */
    public BuildSettings change(
            AppName app, Account by, String what, UnaryOperator<BuildSettings> change, Cancellation cancellation) {
        Transcript nobody = line -> LOG.debug("{}: {}", app, line);
        DeployQueue.Turn turn = enter(app, by, what, nobody, cancellation);
        try (turn) {
            AppState changed = apps.get(app).withBuild(change);
            apps.put(changed);
            BuildSettings build = changed.build();
            events.publish(new AppEvent.BuildChanged(app, by.name(), build));
            return build;
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
            apps.put(changed);
            events.publish(new AppEvent.TypeChanged(app, by.name(), type, changed.settings(type)));
            return changed;
        }
    }

    /** Starts a stopped app. If it does not boot, it stays stopped. An app that runs is left alone. */
    public Release start(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        DeployQueue.Turn turn = enter(app, by, "a start", transcript, cancellation);
        try (turn) {
            AppState state = requireCode(app);
            if (state.up() && instances.isRunning(app)) {
                return releases.current(app);
            }
            return switchOver(state.withUp(true), transcript, cancellation);
        }
    }

    private Release switchOver(AppState wanted, Transcript transcript, Cancellation cancellation) {
        Rollout.Step step = rollout.restart(wanted, transcript, cancellation);
        try {
            apps.put(wanted);
        } catch (RuntimeException e) {
            step.giveUp("it could not be noted that the app is wanted up");
            throw e;
        }
        step.publish(transcript);
        step.retire(() -> {});
        return step.deployment().release();
    }

    /**
     * Makes the app run as its desired state says, after a start of the agent. Processes that run already are kept.
     * Returns when the app is ready or has failed once. Never throws because of what the app does. An app without
     * processes keeps the route with which the router began.
     */
    public void restore(AppName app) {
        Transcript toLog = line -> LOG.info("{}: {}", app, line);
        DeployQueue.Turn turn = queue.enter(app, "the start of tinyserv", toLog, new Cancellation());
        String what = app.value();
        try (turn) {
            AppState state = apps.get(app);
            Release release = releases.current(app);
            what = app + " " + release.name();
            boolean changed = true;
            if (state.up() && release.slug() != null) {
                instances.ensure(Desired.of(state, release));
            } else {
                changed = instances.isRunning(app);
                instances.stop(app, "not wanted up");
            }
            if (changed) {
                Optional<Refusal> unused = routing.refreshOrTell(app, toLog);
            }
        } catch (Refusal e) {
            LOG.error("{} could not be restored: {}", what, e.getMessage());
            events.publish(new RunEvent.NotRestored(app, String.valueOf(e.getMessage())));
        } finally {
            rollout.retireLeft(app);
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

    private AppState requireCode(AppName app) {
        if (releases.current(app).slug() == null) {
            throw new Refusal(app + " has never been deployed; `git push tinyserv main` deploys it");
        }
        return apps.get(app);
    }
}
