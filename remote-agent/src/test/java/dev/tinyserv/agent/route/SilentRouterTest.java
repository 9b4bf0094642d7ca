package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router that takes connections and says nothing, to all or about one app. */
class SilentRouterTest {
    private static final String STATUS = "'kind':'done','version':1,'status':{'pid':7,'version':1,'ports':[],"
            + "'portErrors':{},'underWay':0,'transport':'epoll','speaks':2}";

    @TempDir
    Path root;

    private CompletableFuture<Void> set(RouterClient client, String app) {
        return client.set(new AppName(app), Ports.one(), List.of(), Affinity.NONE, null, "stopped");
    }

    @Test
    void whatWasAskedOfASilentRouterIsDoneByTheNext() throws Exception {
        AgentSettings settings = RunningRouter.settings(root);
        try (RouterClient client = new RouterClient(settings.layout(), new Events())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            try (FakeRouter silent = new FakeRouter(settings.layout(), (kind, question) -> null)) {
                client.begin(List.of());
                RunningRouter.await(() -> !silent.heard("status").isEmpty());
                for (int i = 0; i < 20; i++) {
                    all.add(set(client, "app-" + i));
                }
                assertThat(client.isConnected()).isFalse();
                assertThat(all).noneMatch(CompletableFuture::isDone);
            }
            try (Router next = Router.start(settings.router())) {
                // However long ago they were asked for: their callers may have been told that it takes a while.
                RunningRouter.await(() -> client.status().ports().size() == 20);
                assertThat(next.buffersInUse()).isZero();
            }
        }
    }

    @Test
    void whoWaitsForARouteWaitsUntilTheRouterHasFollowedItOrALaterOne() throws Exception {
        AgentSettings settings = RunningRouter.settings(root);
        Path file = settings.layout().routes().resolve("app.json");
        try (Router router = Router.start(settings.router());
                RouterClient client = new RouterClient(settings.layout(), new Events())) {
            client.begin(List.of());
            Files.createDirectories(file.resolve("in the way"));
            CompletableFuture<Void> first = set(client, "app");
            CompletableFuture<Void> followed = client.followed(new AppName("app"));

            assertThat(first).isCompletedExceptionally();
            set(client, "other").get(60, TimeUnit.SECONDS);
            assertThat(followed).isNotDone();

            Files.delete(file.resolve("in the way"));
            Files.delete(file);
            set(client, "app").get(60, TimeUnit.SECONDS);
            assertThat(followed).isCompleted();
            assertThat(client.followed(new AppName("app"))).isCompleted();
            assertThat(router.buffersInUse()).isZero();
        }
    }

    @Test
    void anAppWhoseChangeIsNotAnsweredHoldsUpNoOther() throws Exception {
        Layout layout = new Layout(root);
        try (FakeRouter router = new FakeRouter(layout, (kind, question) -> switch (kind) {
                    case "status" -> STATUS;
                    case "changed" ->
                        question.path("app").asString().equals("slow") ? null : "'kind':'routed','errors':{}";
                    default -> "'kind':'routed','errors':{}";
                });
                RouterClient client = new RouterClient(layout, new Events())) {
            client.begin(List.of());
            assertThat(client.awaitReady(Duration.ofSeconds(20))).isTrue();

            CompletableFuture<Void> slow = set(client, "slow");
            set(client, "quick").get(60, TimeUnit.SECONDS);

            assertThat(slow).isNotDone();
            assertThat(router.heard("changed")).hasSize(2);
        }
    }

    @Test
    @Tag("slow")
    void anAppThatIsNotCreatedIsNotPromisedToTheRouter() throws Exception {
        AgentSettings settings = RunningRouter.settings(root);
        try (RouterClient client = new RouterClient(settings.layout(), new Events());
                FakeRouter silent = new FakeRouter(settings.layout(), (kind, question) -> null)) {
            client.begin(List.of());
            assertThatThrownBy(() -> client.claim(new AppName("new"), Ports.one(), "none"))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("so new is not created")
                    .hasMessageNotContaining("told");
            assertThat(silent.heard("changed")).isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void anAppThatIsNotDestroyedIsNotPromisedToTheRouter() throws Exception {
        AgentSettings settings = RunningRouter.settings(root);
        try (RouterClient client = new RouterClient(settings.layout(), new Events());
                FakeRouter silent = new FakeRouter(settings.layout(), (kind, question) -> null)) {
            client.begin(List.of());
            assertThatThrownBy(() -> client.remove(new AppName("old")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("so old is not destroyed")
                    .hasMessageNotContaining("told");
            assertThat(silent.heard("changed")).isEmpty();
        }
    }

    @Test
    void aRouterThatRefusesIsAskedAgainWithPauses() throws Exception {
        AgentSettings settings = RunningRouter.settings(root);
        try (RouterClient client = new RouterClient(settings.layout(), new Events());
                FakeRouter refusing = new FakeRouter(
                        settings.layout(),
                        (kind, question) -> kind.equals("drain") ? "'kind':'refused','text':'no'" : STATUS)) {
            client.begin(List.of());
            RunningRouter.await(client::isConnected);
            client.drain(List.of(new Endpoint("127.0.0.1", 20000)), Duration.ofMillis(500));
            assertThat(refusing.heard("drain")).hasSizeBetween(1, 6);
        }
    }
}
