package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.event.AppEvent;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Clock;
import java.util.Optional;

/** The beginning and the end of an app. Safe for several threads. */
public final class Lifecycle {
    private final DeployQueue queue;
    private final Apps apps;
    private final AppFiles files;
    private final FreePorts ports;
    private final Routing routing;
    private final Instances instances;
    private final Events events;
    private final Clock clock;

    Lifecycle(
            DeployQueue queue,
            Apps apps,
            AppFiles files,
            FreePorts ports,
            Routing routing,
            Instances instances,
            Events events,
            Clock clock) {
        this.queue = queue;
        this.apps = apps;
        this.files = files;
        this.ports = ports;
        this.routing = routing;
        this.instances = instances;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Creates an app: a repository, a stable port that the router listens on, and release v1.
     *
     * @throws Refusal if the name is taken or no port is free
     */
    public AppState create(AppName app, Account by, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("create apps");
        DeployQueue.Turn turn = queue.enter(app, "the creation by " + by.name(), transcript, cancellation);
        try (turn) {
            if (apps.has(app)) {
                throw new Refusal("the name '" + app + "' is taken; choose another one");
            }
            files.requireNothingOf(app);
            files.deleteLeft(app);
            AppState state = createOnFreePort(app, by);
            events.publish(new AppEvent.Created(app, by.name(), state.port()));
            Optional<Refusal> unused = routing.refreshOrTell(app, transcript); // the app exists already
            return state;
        }
    }

    private AppState createOnFreePort(AppName app, Account by) {
        int port = ports.claim(app);
        try {
            AppState state = new AppState(app, port, true, clock.instant(), by.name());
            files.create(state, by.name());
            return state;
        } catch (RuntimeException e) {
            alsoTry(() -> routing.remove(app), e);
            throw e;
        } finally {
            ports.settle(port);
        }
    }

    /** Ends the app's processes and removes its state. If that fails, an app that is wanted up is started again. */
    private void end(AppName app, Account by) {
        boolean up = apps.get(app).up();
        instances.stop(app, "destroyed by " + by.name());
        try {
            apps.remove(app);
        } catch (RuntimeException e) {
            if (up) {
                alsoTry(() -> instances.ensure(files.desired(app)), e); // refused if it was never deployed
            }
            throw e;
        }
    }

    /** Does what puts a failure right; what is refused of that does not hide the failure. */
    private static void alsoTry(Runnable repair, RuntimeException failure) {
        try {
            repair.run();
        } catch (Refusal e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Destroys an app with its repository, builds, releases and log. The app's data folder stays unless {@code
     * withData}.
     */
    public void destroy(AppName app, Account by, boolean withData, Transcript transcript, Cancellation cancellation) {
        by.requireAdmin("destroy apps");
        apps.get(app);
        DeployQueue.Turn turn = queue.enter(app, "the destruction by " + by.name(), transcript, cancellation);
        try (turn) {
            apps.get(app);
            routing.forget(app, () -> end(app, by));
            files.deleteLeft(app);
            if (withData) {
                files.deleteData(app);
            }
            events.publish(new AppEvent.Destroyed(app, by.name()));
        }
    }
}
