package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RouteEvent;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A router in this JVM with the agent's client; closing it checks that it let go of every buffer. */
final class RunningRouter implements AutoCloseable {
    static final AppName APP = new AppName("app");

    /** What the agent heard. */
    static final class Heard {
        final List<String> all = new CopyOnWriteArrayList<>();

        private void hear(Event event) {
            if (event instanceof RouteEvent.PortLost lost) {
                all.add(lost.app() + " lost " + lost.port() + ": " + lost.why());
            } else if (event instanceof RouteEvent.PortBack back) {
                all.add(back.app() + " has " + back.port());
            } else {
                all.add(event.app() + ": " + event.text());
            }
        }
    }

    final AgentSettings settings;
    final Events events = new Events();
    final Heard heard = new Heard();
    final RouterClient client;
    final int port;
    Router router;

    private RunningRouter(Path root, Map<String, String> more, LongSupplier nanos) {
        settings = settings(root, more);
        port = Ports.one();
        router = Router.start(settings.router(), nanos);
        events.listen(heard::hear);
        client = new RouterClient(settings.layout(), events);
    }

    static AgentSettings settings(Path root) {
        return settings(root, Map.of());
    }

    private static AgentSettings settings(Path root, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(
                Map.of("TINYSERV_ROOT", root.toString(), "TINYSERV_BIND", "127.0.0.1", "TINYSERV_DRAIN_TIMEOUT", "2s"));
        environment.putAll(more);
        return AgentSettings.load(environment);
    }

    static RunningRouter in(Path root, Map<String, String> more) {
        return in(root, more, System::nanoTime);
    }

    /** One that keeps its limits on clients and apps by a clock of the test. */
    static RunningRouter in(Path root, Map<String, String> more, LongSupplier nanos) {
        RunningRouter running = new RunningRouter(root, more, nanos);
        running.client.begin(List.of());
        assertThat(running.client.awaitReady(Duration.ofSeconds(20))).isTrue();
        return running;
    }

    static RunningRouter in(Path root) {
        return in(root, Map.of());
    }

    RunningRouter routing(Endpoint... targets) {
        set(client, APP, port, List.of(targets), null, "the app is stopped");
        return this;
    }

    /** As {@link #routing}, with clients that come back by a cookie. */
    RunningRouter sticky(Endpoint... targets) {
        join(client.set(APP, port, List.of(targets), Affinity.COOKIE, null, "the app is stopped"));
        return this;
    }

    /** Sets a route and waits; throws what the agent would be told. */
    static void set(
            RouterClient client, AppName app, int port, List<Endpoint> targets, @Nullable Site site, String reason) {
        join(client.set(app, port, targets, Affinity.NONE, site, reason));
    }

    private static void join(CompletableFuture<Void> acknowledged) {
        try {
            acknowledged.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Refusal refusal ? refusal : e;
        }
    }

    static void await(BooleanSupplier condition) {
        Eventually.until("what the test waits for", condition);
    }

    @Override
    public void close() {
        client.close();
        router.close();
        assertThat(router.buffersInUse()).as("buffers not released").isZero();
    }
}
