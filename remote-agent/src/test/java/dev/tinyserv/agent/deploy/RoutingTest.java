package dev.tinyserv.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.release.Releases;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.fixtures.Eventually;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class RoutingTest {
    private static final AppName APP = new AppName("app");
    private static final AppName OTHER = new AppName("other");

    @TempDir
    Path root;

    private final ExecutorService background = Executors.newCachedThreadPool();
    private final Map<AppName, Supplier<List<Endpoint>>> endpoints = new ConcurrentHashMap<>();
    private final Events events = new Events();
    private final Heard routes = new Heard();
    private Apps apps;
    private Routing routing;

    /** A router that acknowledges at once, but for apps of which it is silent. */
    private static final class Heard implements Routes {
        private final List<String> all = new CopyOnWriteArrayList<>();
        private final Map<AppName, CompletableFuture<Void>> silent = new ConcurrentHashMap<>();

        @Override
        public CompletableFuture<Void> set(
                AppName app, int port, List<Endpoint> targets, Affinity affinity, @Nullable Site site, String reason) {
            all.add(app + " " + targets.stream().map(Endpoint::port).toList());
            return silent.getOrDefault(app, CompletableFuture.completedFuture(null));
        }

        @Override
        public CompletableFuture<Void> followed(AppName app) {
            return silent.getOrDefault(app, CompletableFuture.completedFuture(null));
        }

        @Override
        public boolean claim(AppName app, int port, String reason) {
            return true;
        }

        @Override
        public void remove(AppName app) {
            all.add(app + " removed");
        }

        @Override
        public void drain(List<Endpoint> ended, Duration limit) {}
    }

    @BeforeEach
    void twoApps() throws Exception {
        Layout layout = new Layout(root);
        for (Path folder : List.of(layout.apps(), layout.releases())) {
            Files.createDirectories(folder);
        }
        JsonStore store = new JsonStore();
        apps = new Apps(layout, store);
        Releases releases = new Releases(layout, store, Clock.systemUTC());
        for (AppName app : List.of(APP, OTHER)) {
            AppState state = new AppState(app, app.equals(APP) ? 5000 : 5001, true, Instant.EPOCH, "ada");
            releases.createInitial(state, "ada");
            apps.put(state);
        }
        Instances instances = (Instances) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Instances.class},
                (proxy, method, arguments) -> method.getName().equals("endpoints")
                        ? endpoints.getOrDefault(arguments[0], List::of).get()
                        : (Object) false);
        routing = new Routing(apps, releases, instances, routes, events, background);
    }

    @AfterEach
    void stop() {
        background.shutdownNow();
    }

    @Test
    void aSlowAppHoldsUpNoOther() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        endpoints.put(APP, () -> {
            looked.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });

        events.publish(new RunEvent.EndpointsChanged(APP));
        looked.await();
        routing.refresh(OTHER);

        assertThat(routes.all).containsExactly("other []");
        goOn.countDown();
        routing.refresh(APP);
        assertThat(routes.all).containsExactly("other []", "app []", "app []");
    }

    @Test
    void aRouterThatIsSilentOfOneAppHoldsUpNeitherOthersNorTheNextLook() {
        routes.silent.put(APP, new CompletableFuture<>());

        events.publish(new RunEvent.EndpointsChanged(APP));
        events.publish(new RunEvent.EndpointsChanged(APP));
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> routing.refresh(APP), background);
        routing.refresh(OTHER);
        Eventually.until("all four looks are made", Duration.ofMinutes(1), () -> routes.all.size() >= 4);

        assertThat(routes.all).containsExactlyInAnyOrder("app []", "app []", "app []", "other []");
        assertThat(waiting).isNotDone();
    }

    @Test
    void aLaterLookIsNeverOvertaken() {
        AtomicInteger port = new AtomicInteger();
        endpoints.put(APP, () -> List.of(new Endpoint("127.0.0.1", port.incrementAndGet())));

        for (int i = 0; i < 200; i++) {
            events.publish(new RunEvent.EndpointsChanged(APP));
        }
        routing.refresh(APP);

        assertThat(routes.all).hasSize(201);
        for (int i = 0; i < routes.all.size(); i++) {
            assertThat(routes.all.get(i)).isEqualTo("app [" + (i + 1) + "]");
        }
    }

    @Test
    void aForgottenAppIsNotRoutedAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            events.publish(new RunEvent.EndpointsChanged(APP));
        }
        routing.forget(APP, () -> apps.remove(APP));
        routing.refresh(APP);
        background.shutdown();

        assertThat(background.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(routes.all.get(routes.all.size() - 1)).isEqualTo("app removed");
    }
}
