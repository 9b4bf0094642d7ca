package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances of one app behind its port: which of them gets a request, and what becomes of it if one dies. */
@SuppressWarnings("try") // many a connection only has to be there
class SeveralTargetsTest extends RouterStage {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final List<BusyApp> apps = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();

    SeveralTargetsTest() {
        super(Map.of("TINYSERV_UPSTREAM_KEEP_ALIVE", "1h"));
    }

    @BeforeEach
    void startApps() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            apps.add(new BusyApp(name));
        }
        routeAll();
    }

    private void routeAll() {
        router.routing(apps.stream().map(BusyApp::endpoint).toArray(Endpoint[]::new));
    }

    @AfterEach
    void stopApps() throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
        for (BusyApp app : apps) {
            app.close();
        }
    }

    private Wire asking(String request) throws IOException {
        Wire wire = new Wire(router.port);
        wires.add(wire);
        return wire.send(request);
    }

    private List<Integer> underWay() {
        return apps.stream().map(app -> app.underWay.get()).toList();
    }

    private void awaitUnderWay(Integer... counts) {
        RunningRouter.await(() -> underWay().equals(List.of(counts)));
    }

    @Test
    void requestsUnderWayAreSharedEvenly() throws IOException {
        for (int i = 0; i < 9; i++) {
            asking(i % 2 == 0 ? GET : POST);
        }

        awaitUnderWay(3, 3, 3);
    }

    @Test
    void theOneWithTheFewestUnderWayGetsTheNext() throws IOException {
        for (int i = 0; i < 9; i++) {
            asking(GET);
        }
        awaitUnderWay(3, 3, 3);
        apps.get(1).answer(2);
        awaitUnderWay(3, 1, 3);
        RunningRouter.await(() -> router.client.status().underWay() == 7);

        asking(GET);
        awaitUnderWay(3, 2, 3);
        asking(POST);
        awaitUnderWay(3, 3, 3);
    }

    @Test
    void equalOnesTakeTurns() throws IOException {
        apps.forEach(BusyApp::answerAll);
        List<String> bodies = new ArrayList<>();
        try (Wire kept = new Wire(router.port)) {
            for (int i = 0; i < 30; i++) {
                bodies.add(kept.send(GET).answer().body());
            }
        }

        assertThat(List.of("a", "b", "c"))
                .allSatisfy(
                        name -> assertThat(Collections.frequency(bodies, name)).isEqualTo(10));
    }

    @Test
    void tunnelsAndAnswersThatGoOnCountAsUnderWay() throws IOException {
        try (Backend stream = Backend.talking((in, out) -> {
                    Backend.readHead(in);
                    Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n");
                    in.transferTo(out);
                });
                BusyApp free = new BusyApp("free").answerAll()) {
            BusyApp tunnel = apps.get(0).answerAll();
            router.routing(stream.endpoint());
            assertThat(Backend.readHead(asking(GET).in)).contains(" 200 ");
            router.routing(stream.endpoint(), tunnel.endpoint());
            Wire upgraded = asking(UPGRADE);
            assertThat(upgraded.answer().status()).isEqualTo(101);
            router.routing(stream.endpoint(), tunnel.endpoint(), free.endpoint());

            for (int i = 0; i < 10; i++) {
                assertThat(Wire.get(router.port, "/").body()).isEqualTo("free");
            }

            upgraded.close();
            RunningRouter.await(() -> router.client.status().underWay() == 1);
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                bodies.add(Wire.get(router.port, "/").body());
            }
            assertThat(bodies).contains("a", "free").doesNotContain("");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, POST, UPGRADE})
    void aDrainWaitsForWhateverIsUnderWay(String request) throws Exception {
        try (Backend leaving = Backend.talking((in, out) -> {
            String head = Backend.readHead(in);
            Backend.readBody(in, head);
            Backend.write(
                    out,
                    head.contains("Upgrade")
                            ? "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
                            : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n");
            in.transferTo(OutputStream.nullOutputStream());
        })) {
            router.routing(leaving.endpoint());
            Wire wire = asking(request);
            Backend.readHead(wire.in);
            routeAll();

            router.client.drain(List.of(leaving.endpoint()), Duration.ofMillis(100));
            assertThat(router.client.status().underWay())
                    .as("it ends by its limit")
                    .isOne();
            CompletableFuture<Void> drained = CompletableFuture.runAsync(
                    () -> router.client.drain(List.of(leaving.endpoint()), Duration.ofHours(1)));
            router.client.drain(List.of(leaving.endpoint()), Duration.ofMillis(100));
            assertThat(drained).isNotDone();

            wire.close();
            drained.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void targetsThatRefuseArePassedOverUntilTheyAreBack() throws IOException {
        apps.forEach(BusyApp::answerAll);
        int one = Ports.one();
        int two = Ports.one();
        router.routing(
                new Endpoint("127.0.0.1", one),
                apps.get(0).endpoint(),
                new Endpoint("127.0.0.1", two),
                apps.get(1).endpoint());
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            bodies.add(Wire.ask(router.port, i % 2 == 0 ? POST : GET).body());
        }
        assertThat(bodies).containsOnly("a", "b");

        try (Backend first = Backend.on(one, "one");
                Backend second = Backend.on(two, "two")) {
            List<String> later = new ArrayList<>();
            RunningRouter.await(() -> later.containsAll(List.of("one", "two")) || !later.add(ask(GET)));
        }
        assertThat(router.heard.all).isEmpty();
    }

    private String ask(String request) {
        try {
            return Wire.ask(router.port, request).body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aBodyThatIsRefusedGoesOverAKeptConnectionOfAnother() throws IOException {
        BusyApp other = apps.get(0).answerAll();
        router.routing(other.endpoint());
        try (Wire kept = new Wire(router.port)) {
            assertThat(kept.send(GET).answer().body()).isEqualTo("a");
            router.routing(new Endpoint("127.0.0.1", Ports.one()), other.endpoint());

            assertThat(kept.send(POST).answer().body()).isEqualTo("a");
            assertThat(other.heads).hasSize(2);
        }
    }

    @Test
    void whenAllAreDownEachIsTried() throws IOException {
        int port = Ports.one();
        router.routing(
                new Endpoint("127.0.0.1", Ports.one()),
                new Endpoint("127.0.0.1", port),
                new Endpoint("127.0.0.1", Ports.one()));
        assertThat(Wire.ask(router.port, POST).status()).isEqualTo(502);

        try (Backend back = Backend.on(port, "back")) {
            assertThat(Wire.ask(router.port, POST).body()).isEqualTo("back");
        }
    }

    /** What may have been read is not sent twice, but for what asks only: that goes to another instance, once. */
    @Test
    void anInstanceThatDiesTakesOnlyItsOwnPostsAlong() throws IOException {
        BusyApp dying = apps.get(0);
        router.routing(dying.endpoint());
        Wire post = asking(POST);
        Wire get = asking(GET);
        RunningRouter.await(() -> dying.underWay.get() == 2);
        BusyApp other = apps.get(1).answerAll();
        router.routing(dying.endpoint(), other.endpoint());

        dying.kill();

        assertThat(post.answer().status()).isEqualTo(502);
        assertThat(get.answer().body()).isEqualTo("b");
        for (int i = 0; i < 10; i++) {
            assertThat(Wire.ask(router.port, POST).body()).isEqualTo("b");
        }
        assertThat(other.heads).hasSize(11).first().asString().startsWith("GET ");
        RunningRouter.await(() -> router.heard.all.size() == 1);
        assertThat(router.heard.all.get(0)).contains("POST / 502").contains("closed the connection");
    }

    @Test
    void aRequestThatKillsInstancesIsSentToTwoOfThemOnly() throws IOException {
        Semaphore killed = new Semaphore(0);
        List<Backend> fragile = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            fragile.add(Backend.talking((in, out) -> {
                Backend.readHead(in);
                killed.release();
            }));
        }
        router.routing(fragile.stream().map(Backend::endpoint).toArray(Endpoint[]::new));

        assertThat(Wire.ask(router.port, GET).status()).isEqualTo(502);
        assertThat(killed.availablePermits()).isEqualTo(2);
        assertThat(Wire.ask(router.port, POST).status()).isEqualTo(502);
        assertThat(killed.availablePermits()).isEqualTo(3);
        for (Backend each : fragile) {
            each.close();
        }
    }

    /** The instance may have closed the kept connection for want of requests, so it is asked anew before another is. */
    @Test
    void aGetOverAKeptConnectionGoesToItsInstanceAnewAndThenToAnother() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (Backend leaving = Backend.talking((in, out) -> {
                    for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                        asked.add(head);
                        if (asked.size() > 1) {
                            return;
                        }
                        Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nleaving");
                    }
                });
                Wire kept = new Wire(router.port)) {
            BusyApp other = apps.get(0).answerAll();
            router.routing(leaving.endpoint());
            assertThat(kept.send(GET).answer().body()).isEqualTo("leaving");
            router.routing(leaving.endpoint(), other.endpoint());

            assertThat(kept.send(GET).answer().body()).isEqualTo("a");
            assertThat(asked).hasSize(3);
            assertThat(other.heads).hasSize(1);
        }
    }

    /** Each answers one request of a connection. The first of them is gone with the second request. */
    @Test
    void aGetWhoseInstanceDiedGoesToAnotherOverAConnectionOfItsOwn() throws IOException {
        List<Backend> all = new ArrayList<>();
        for (String name : List.of("dying", "other")) {
            all.add(Backend.talking((in, out) -> {
                Backend.readHead(in);
                Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
                if (!Backend.readHead(in).isEmpty() && name.equals("dying")) {
                    all.get(0).close();
                }
            }));
        }
        router.routing(all.get(0).endpoint(), all.get(1).endpoint());
        try (Wire kept = new Wire(router.port)) {
            assertThat(kept.send(GET).answer().body()).isEqualTo("dying");
            assertThat(kept.send(GET).answer().body()).isEqualTo("other");

            assertThat(kept.send(GET).answer().body()).isEqualTo("other");
        }
        all.get(1).close();
    }

    @Test
    void aRequestThatKillsInstancesOverKeptConnectionsIsSentToTwoOfThemOnly() throws IOException {
        Semaphore killed = new Semaphore(0);
        List<Backend> fragile = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int index = i;
            fragile.add(Backend.talking((in, out) -> {
                for (String head = Backend.readHead(in); head.startsWith("GET / "); head = Backend.readHead(in)) {
                    Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
                killed.release();
                fragile.get(index).close();
            }));
        }
        router.routing(fragile.stream().map(Backend::endpoint).toArray(Endpoint[]::new));
        try (Wire kept = new Wire(router.port)) {
            for (int i = 0; i < 4; i++) {
                assertThat(kept.send(GET).answer().body()).isEqualTo("ok");
            }

            assertThat(kept.send(GET.replace("/ ", "/kill ")).answer().status()).isEqualTo(502);
            assertThat(killed.availablePermits()).isEqualTo(2);
        }
        for (Backend each : fragile) {
            each.close();
        }
    }

    /** A server may wait for its kept connections when it ends: nobody needs them any more. */
    @Test
    void unusedConnectionsToATargetThatLeftAreClosed() throws IOException {
        Semaphore ended = new Semaphore(0);
        try (Backend leaving = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nleaving");
            }
            ended.release();
        })) {
            router.routing(leaving.endpoint());
            assertThat(Wire.get(router.port, "/").body()).isEqualTo("leaving");

            routeAll();

            RunningRouter.await(() -> ended.tryAcquire());
        }
    }

    @Test
    void theLastConnectionOfADrainedTargetIsClosed() throws IOException {
        try (BusyApp leaving = new BusyApp("leaving")) {
            router.routing(leaving.endpoint());
            Wire wire = asking(GET);
            RunningRouter.await(() -> leaving.underWay.get() == 1);
            routeAll();
            assertThat(leaving.connections).hasValue(1);

            leaving.answer(1);

            assertThat(wire.answer().body()).isEqualTo("leaving");
            RunningRouter.await(() -> leaving.connections.get() == 0);
        }
    }

    /** The last instance was taken away while a request was on its way to one that did not take it. */
    @Tag("slow") // a connection is given up after three seconds
    @Test
    void aRequestWhoseTargetsAreGoneGetsTheReason() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> fillers = new ArrayList<>();
            CompletableFuture<Void> filling = CompletableFuture.runAsync(() -> fill(full, fillers));
            RunningRouter.await(() -> fillers.size() >= 2);
            router.routing(new Endpoint("127.0.0.1", full.getLocalPort()));
            Wire wire = asking(GET);
            RunningRouter.await(() -> router.client.status().underWay() == 1);

            router.routing();

            Wire.Answer answer = wire.answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("the app is stopped\n");
            for (Socket filler : fillers) {
                filler.close();
            }
            filling.join();
        }
    }

    /** Connects until the kernel takes no more: a socket that nobody accepts from has room for backlog + 1. */
    private static void fill(ServerSocket full, List<Socket> fillers) {
        for (int i = 0; i < 2; i++) {
            Socket filler = new Socket();
            try {
                filler.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 1000);
                fillers.add(filler);
            } catch (IOException e) {
                return;
            }
        }
    }
}
