package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes apps run as their desired state says after a start of the agent, in the app's turn. */
public final class Restoration {
    private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);

    private final DeployQueue queue;
    private final Routing routing;
    private final Rolling rolling;
    private final Retirement retirement;
    private final Apps apps;
    private final Releases releases;
    private final Instances instances;
    private final Events events;

    Restoration(
            DeployQueue queue,
            Routing routing,
            Rolling rolling,
            Retirement retirement,
            Apps apps,
            Releases releases,
            Instances instances,
            Events events) {
        this.queue = queue;
        this.routing = routing;
        this.rolling = rolling;
        this.retirement = retirement;
        this.apps = apps;
        this.releases = releases;
        this.instances = instances;
        this.events = events;
    }

    /**
     * Makes the app run as desired. Processes that run already are kept. Returns when the app is ready or has failed
     * once. Never throws because of what the app does. An app without processes keeps the route with which the router
     * began.
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
                rolling.restore(Desired.of(state, release));
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
            retirement.left(app);
        }
    }
}
