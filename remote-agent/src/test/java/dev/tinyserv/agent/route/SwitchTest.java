package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.route.control.RouterClient;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changing where requests go, while they go. */
class SwitchTest {
    @TempDir
    Path root;

    @Test
    void noRequestIsLostWhileTargetsComeAndGo() throws Exception {
        try (RunningRouter router = RunningRouter.in(root)) {
            Backend current = Backend.named("0");
            router.routing(current.endpoint());
            Hammer hammer = new Hammer(router.port, 6);
            for (int i = 1; i <= 25; i++) {
                Backend next = Backend.named(String.valueOf(i));
                router.routing(next.endpoint());
                router.client.drain(List.of(current.endpoint()), Duration.ofSeconds(5));
                current.close();
                current = next;
                int seen = hammer.served();
                RunningRouter.await(() -> hammer.served() > seen + 20);
            }
            assertThat(hammer.stop()).isEmpty();
            current.close();
            assertThat(router.heard.all).isEmpty();
        }
    }

    @Test
    void drainingWaitsForRequestsUnderWayAndNoLonger() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        try (Backend slow = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    begun.countDown();
                    try {
                        finish.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
                });
                Backend fast = Backend.named("fast");
                RunningRouter router = RunningRouter.in(root).routing(slow.endpoint());
                Wire wire = new Wire(router.port)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            router.routing(fast.endpoint());
            assertThat(Wire.get(router.port, "/").body()).isEqualTo("fast");

            router.client.drain(List.of(slow.endpoint()), Duration.ofMillis(200));
            assertThat(finish.getCount()).as("it is not waited for longer").isOne();
            CompletableFuture<Void> drained = CompletableFuture.runAsync(
                    () -> router.client.drain(List.of(slow.endpoint()), Duration.ofSeconds(20)));
            router.routing(fast.endpoint());
            assertThat(drained).isNotDone();
            finish.countDown();
            drained.get(60, TimeUnit.SECONDS);
            assertThat(wire.answer().body()).isEqualTo("slow");
            router.client.drain(List.of(new Endpoint("127.0.0.1", 1)), Duration.ofSeconds(20));
        }
    }

    @Test
    void requestsAreSharedAmongTargets() throws Exception {
        try (Backend one = Backend.named("one");
                Backend two = Backend.named("two");
                RunningRouter router = RunningRouter.in(root).routing(one.endpoint(), two.endpoint())) {
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                bodies.add(Wire.get(router.port, "/").body());
            }
            assertThat(bodies.stream().filter("one"::equals)).hasSize(5);
        }
    }

    @Test
    void aRouterThatComesBackServesTheSameBeforeTheAgentSpeaks() throws Exception {
        try (Backend app = Backend.named("kept");
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint())) {
            router.client.close();
            router.router.kill();
            router.router = Router.start(router.settings.router());
            assertThat(Wire.get(router.port, "/").body()).isEqualTo("kept");
            assertThat(router.settings.layout().routes().resolve("app.json")).exists();
            assertThat(router.settings.layout().routeTable()).doesNotExist();
        }
    }

    @Test
    void anAgentThatComesBackGoesOnWithTheVersionsAndTakesNothingAwayBefore() throws Exception {
        try (Backend app = Backend.named("kept");
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint())) {
            long version = router.client.status().version();
            router.client.close();
            try (RouterClient next = new RouterClient(router.settings.layout(), router.events)) {
                assertThat(next.awaitReady(Duration.ofMillis(200))).isFalse();
                assertThat(Wire.get(router.port, "/").body()).isEqualTo("kept");
                next.begin(List.of(
                        AppRoute.of(RunningRouter.APP, router.port, List.of(app.endpoint()), null, ""),
                        AppRoute.of(new AppName("other"), Ports.one(), List.of(), null, "")));
                assertThat(next.awaitReady(Duration.ofSeconds(20))).isTrue();
                assertThat(next.status().version()).isGreaterThan(version);
                assertThat(next.status().ports()).hasSize(2);
            }
        }
    }

    @Test
    void aRouteThatIsSetWhileTheRouterIsAwayIsSentWhenItIsBack() throws Exception {
        try (Backend app = Backend.named("new");
                RunningRouter router = RunningRouter.in(root).routing()) {
            router.router.kill();
            CompletableFuture<Void> setting = CompletableFuture.runAsync(() -> router.routing(app.endpoint()));
            router.router = Router.start(router.settings.router());
            setting.get(60, TimeUnit.SECONDS);
            assertThat(Wire.get(router.port, "/").body()).isEqualTo("new");
        }
    }

    @Test
    void aDamagedTableIsSetAside() throws Exception {
        try (RunningRouter router = RunningRouter.in(root).routing()) {
            router.router.kill();
            Files.writeString(router.settings.layout().routeTable(), "{\"schema\": 1, \"version\"");
            router.router = Router.start(router.settings.router());
            RunningRouter.await(() -> status(router) == 503);
            assertThat(router.settings.layout().run().resolve("routes.json.damaged"))
                    .exists();
        }
    }

    private static int status(RunningRouter router) {
        try {
            return Wire.get(router.port, "/").status();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void aRouteThatCannotBeWrittenIsRefusedAndTheOldOneServesUntilItCan() throws Exception {
        try (Backend app = Backend.named("old");
                RunningRouter router = RunningRouter.in(root).routing(app.endpoint())) {
            Path file = router.settings.layout().routes().resolve("app.json");
            Files.delete(file);
            Files.createDirectories(file.resolve("in-the-way"));
            assertThatThrownBy(() -> router.routing())
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("routes/app.json");
            assertThat(Wire.get(router.port, "/").body()).isEqualTo("old");

            router.router.kill();
            router.router = Router.start(router.settings.router());
            int other = Ports.one();
            RunningRouter.set(router.client, new AppName("other"), other, List.of(app.endpoint()), null, "");
            RunningRouter.await(() -> BindTest.answers("127.0.0.1", other));
            assertThat(Wire.get(other, "/").body()).isEqualTo("old");

            Files.delete(file.resolve("in-the-way"));
            Files.delete(file);
            RunningRouter.await(() -> BindTest.answers("127.0.0.1", router.port));
            assertThat(Wire.get(router.port, "/").status()).isEqualTo(503);
        }
    }

    /** Unlike a route that is set once more as it is. */
    @Test
    void onlyAChangeIsWritten() throws Exception {
        try (RunningRouter router = RunningRouter.in(root).routing()) {
            Path file = router.settings.layout().routes().resolve("app.json");
            Object written =
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            router.routing();
            assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                    .isEqualTo(written);
        }
    }

    @Test
    void garbageOnTheControlSocketHarmsNobody() throws Exception {
        try (RunningRouter router = RunningRouter.in(root).routing()) {
            Path socket = router.settings.layout().routerSocket();
            assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
            for (String line : List.of("x\n", "{}\n", "{\"schema\":2,\"kind\":\"status\"}\n", "[]\n", "null\n")) {
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                    channel.write(ByteBuffer.wrap(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
                    assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
            assertThat(Wire.get(router.port, "/").status()).isEqualTo(503);
        }
    }

    /** Clients that ask over kept connections, each second request a POST, and note everything but a proper answer. */
    static final class Hammer {
        private final List<CompletableFuture<Void>> clients = new ArrayList<>();
        private final List<String> problems = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final AtomicInteger served = new AtomicInteger();
        private volatile boolean stopped;

        Hammer(int port, int count) {
            for (int i = 0; i < count; i++) {
                clients.add(CompletableFuture.runAsync(() -> ask(port), task -> new Thread(task).start()));
            }
        }

        private void ask(int port) {
            while (!stopped) {
                try (Wire wire = new Wire(port)) {
                    boolean kept = true;
                    for (int i = 0; kept && i < 50 && !stopped; i++) {
                        String request = i % 2 == 0
                                ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                                : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
                        Wire.Answer answer = wire.send(request).answer();
                        if (answer.status() != 200) {
                            problems.add(answer.toString());
                        }
                        kept = !answer.says("Connection: close");
                        served.incrementAndGet();
                    }
                } catch (IOException e) {
                    problems.add(e.toString());
                }
            }
        }

        int served() {
            return served.get();
        }

        List<String> stop() {
            stopped = true;
            clients.forEach(CompletableFuture::join);
            return problems;
        }
    }
}
