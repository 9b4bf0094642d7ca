package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apps that fail in each way that they can, and what the client and the agent are told. */
@SuppressWarnings("try") // many an app only has to be there
class FailureTest extends RouterStage {
    private static final String POST = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

    FailureTest() {
        super(Map.of("TINYSERV_FIRST_BYTE_TIMEOUT", "3s", "TINYSERV_IDLE_TIMEOUT", "1s"));
    }

    @Test
    void withoutTargetTheReasonIsGiven() throws IOException {
        router.routing();
        try (Wire wire = new Wire(router.port)) {
            Wire.Answer answer =
                    wire.send("GET /x?secret HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("the app is stopped\n");
            assertThat(wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
                            .answer(true)
                            .status())
                    .isEqualTo(503);
        }
        RunningRouter.await(() -> router.heard.all.size() == 2);
        assertThat(router.heard.all.get(0)).matches("app: GET /x 503 no instance \\d+ms");
    }

    @Test
    void aTargetThatRefusesIsA502AndStaysInUse() throws IOException {
        int port = Ports.one();
        router.routing(new Endpoint("127.0.0.1", port));

        assertThat(Wire.get(router.port, "/\u001b[2J").status()).isEqualTo(400);
        assertThat(Wire.get(router.port, "/x").status()).isEqualTo(502);
        RunningRouter.await(() -> !router.heard.all.isEmpty());
        assertThat(router.heard.all.get(0)).contains("GET /x 502").contains("refused connection");
        try (Backend app = Backend.on(port, "up")) {
            assertThat(Wire.get(router.port, "/x").body()).isEqualTo("up");
        }
    }

    @Test
    void aTargetThatRefusesIsPassedOverUntilItIsBack() throws IOException {
        int port = Ports.one();
        try (Backend good = Backend.named("good")) {
            router.routing(new Endpoint("127.0.0.1", port), good.endpoint());
            for (int i = 0; i < 10; i++) {
                assertThat(Wire.ask(router.port, POST).body()).isEqualTo("good");
            }
            try (Backend back = Backend.on(port, "back")) {
                RunningRouter.await(() -> ask().equals("back"));
            }
        }
        assertThat(router.heard.all).isEmpty();
    }

    private String ask() {
        try {
            return Wire.get(router.port, "/").body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void anAppThatClosesWithoutAnAnswerIsA502AndAPostIsNotSentAgain() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        try (Backend app = app((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            if (!Backend.readHead(in).isEmpty()) {
                seen.incrementAndGet();
            }
        })) {
            String get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
            try (Wire wire = new Wire(router.port)) {
                assertThat(wire.send(get).answer().status()).isEqualTo(200);
                assertThat(wire.send(POST).answer().status()).isEqualTo(502);
                assertThat(seen).hasValue(1);
                assertThat(app.connections).hasValue(1);

                assertThat(wire.send(get).answer().status()).isEqualTo(200);
                assertThat(wire.send(get).answer().status()).isEqualTo(200);
                assertThat(seen).hasValue(2);
                assertThat(app.connections).hasValue(3);
            }
        }
    }

    @Test
    void aConnectionThatTheAppClosedMeanwhileCostsNothing() throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        try (Backend app = app((in, out) -> {
            Backend.readBody(in, Backend.readHead(in));
            Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            closed.countDown();
        })) {
            for (int i = 0; i < 50; i++) {
                assertThat(Wire.get(router.port, "/").status()).isEqualTo(200);
            }
            assertThat(app.connections.get()).isGreaterThanOrEqualTo(50);
        }
    }

    @Test
    void anAnswerThatBreaksOffIsSeenAsBrokenOff() throws IOException {
        for (String answer : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf")) {
            try (Backend app = app((in, out) -> {
                        Backend.readHead(in);
                        Backend.write(out, answer);
                    });
                    Wire wire = new Wire(router.port)) {
                String all = wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readAll();
                assertThat(all).startsWith("HTTP/1.1 200").doesNotContain("\r\n0\r\n\r\n", "502");
            }
        }
    }

    /** The log says what the client was sent, which is no 502. */
    @Test
    void anAnswerThatBreaksOffIsLoggedWithItsStatus() throws IOException {
        for (String answer : List.of(
                "HTTP/1.1 206 Part\r\nContent-Length: 100\r\n\r\nhalf",
                "HTTP/1.1 206 Part\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
                "HTTP/1.1 206 Part\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n")) {
            router.heard.all.clear();
            try (Backend app = app((in, out) -> {
                        Backend.readHead(in);
                        Backend.write(out, answer);
                    });
                    Wire wire = new Wire(router.port)) {
                wire.send("GET /p?q HTTP/1.1\r\nHost: a\r\n\r\n").readAll();
                RunningRouter.await(() -> !router.heard.all.isEmpty());
                assertThat(router.heard.all).hasSize(1);
                assertThat(router.heard.all.get(0))
                        .matches("app: GET /p 206 127\\.0\\.0\\.1:" + app.port()
                                + " broke off its answer: (closed the connection|sent a bad chunk size) \\d+ms");
            }
        }
    }

    @Test
    void anAnswerThatIsAmbiguousIsA502() throws IOException {
        for (String answer : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "a".repeat(100_000) + "\r\n\r\n")) {
            try (Backend app = app((in, out) -> {
                Backend.readHead(in);
                Backend.write(out, answer);
            })) {
                assertThat(Wire.get(router.port, "/").status()).as(answer).isEqualTo(502);
            }
        }
    }

    @Test
    void anAppThatSaysNothingIsA504() throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        try (Backend app = app((in, out) -> {
            Backend.readBody(in, Backend.readHead(in));
            if (in.read() < 0) {
                gone.countDown();
            }
        })) {
            assertThat(Wire.ask(router.port, POST).status()).isEqualTo(504);
            RunningRouter.await(() -> gone.getCount() == 0);
        }
        RunningRouter.await(() -> router.heard.all.stream().anyMatch(text -> text.contains("POST /p 504")));
    }

    @Test
    void aClientThatLeavesEndsTheRequestAtTheApp() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (Backend app = app((in, out) -> {
            Backend.readHead(in);
            begun.countDown();
            if (in.read() < 0) {
                gone.countDown();
            }
        })) {
            try (Wire wire = new Wire(router.port)) {
                wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            RunningRouter.await(() -> router.client.status().underWay() == 0);
        }
    }

    @Test
    void aBodyThatStopsArrivingIsGivenUp() throws IOException {
        try (Backend app = app((in, out) -> Backend.readBody(in, Backend.readHead(in)));
                Wire wire = new Wire(router.port)) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab");
            assertThat(wire.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void aSilentKeptConnectionIsClosed() throws IOException {
        router.routing();
        try (Wire wire = new Wire(router.port)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(wire.readAll()).isEmpty();
        }
    }

    @Test
    void moreClientsThanAllowedAreTurnedAway(@TempDir Path other) throws IOException {
        try (RunningRouter small = RunningRouter.in(other, Map.of("TINYSERV_MAX_CLIENTS", "2"));
                Backend busy = Backend.talking((in, out) -> in.transferTo(OutputStream.nullOutputStream()))) {
            small.routing(busy.endpoint());
            try (Wire first = new Wire(small.port);
                    Wire second = new Wire(small.port)) {
                first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                RunningRouter.await(() -> small.client.status().underWay() == 2);
                try (Wire third = new Wire(small.port)) {
                    assertThat(third.readAll()).isIn("", "[reset]");
                }
            }
            small.routing();
            RunningRouter.await(() -> status(small) == 503);
        }
    }

    /** Slowloris: heads that never end, in more connections than there are places, keep nobody out. */
    @Test
    void clientsThatOweTheirHeadMakeRoomForOthers(@TempDir Path other) throws IOException {
        try (RunningRouter small =
                RunningRouter.in(other, Map.of("TINYSERV_MAX_CLIENTS", "20", "TINYSERV_TRUSTED_PROXIES", "none"))) {
            small.routing();
            List<Wire> slow = new ArrayList<>();
            try (Wire honest = new Wire(small.port, "127.0.0.3")) {
                assertThat(honest.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                .answer()
                                .status())
                        .isEqualTo(503);
                for (int i = 0; i < 100; i++) {
                    slow.add(new Wire(small.port, "127.0.0.2"));
                    slow.get(i).send("GET / HTTP/1.1\r\nX-Slow: ");
                }
                for (int i = 0; i < 50; i++) {
                    assertThat(status(small)).as("new client %d", i).isEqualTo(503);
                }
                assertThat(honest.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                .answer()
                                .status())
                        .as("one that had asked before keeps its place")
                        .isEqualTo(503);
                assertThat(slow.get(0).readAll()).isIn("", "[reset]");
            } finally {
                for (Wire each : slow) {
                    each.close();
                }
            }
        }
    }

    /** Each second connection goes to the same thread of the router, which then has all the slow ones. */
    @Test
    void slowClientsOfOneThreadDoNotTakeThePlacesOfAnother(@TempDir Path other) throws IOException {
        try (RunningRouter small = RunningRouter.in(other, Map.of("TINYSERV_MAX_CLIENTS", "20"))) {
            small.routing();
            List<Wire> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 30; i++) {
                    slow.add(new Wire(small.port).send("GET / HTTP/1.1\r\nX-Slow: "));
                    assertThat(status(small)).as("new client %d", i).isEqualTo(503);
                }
            } finally {
                for (Wire each : slow) {
                    each.close();
                }
            }
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
    void aPortThatAStrangerHasIsToldAndTakenWhenItIsFree() throws IOException {
        int port = Ports.one();
        try (ServerSocket stranger = new ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThat(stranger.isBound()).isTrue();
            assertThat(router.client.claim(new dev.tinyserv.agent.app.AppName("claimer"), port, "new"))
                    .isFalse();
            assertThat(router.client.status().portErrors()).isEmpty();
            assertThat(router.heard.all).isEmpty();
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> RunningRouter.set(router.client, RunningRouter.APP, port, List.of(), null, "stopped"))
                    .isInstanceOf(dev.tinyserv.buildpacks.base.Refusal.class)
                    .hasMessageContaining("port " + port + " of app: address in use");
            RunningRouter.await(() -> !router.heard.all.isEmpty());
            assertThat(router.heard.all).containsExactly("app lost " + port + ": address in use");
        }
        RunningRouter.await(() -> router.heard.all.contains("app has " + port));
        assertThat(Wire.get(port, "/").status()).isEqualTo(503);
        RunningRouter.set(router.client, RunningRouter.APP, port, List.of(), null, "still stopped");
        router.client.remove(RunningRouter.APP);
        try (ServerSocket free = new ServerSocket(port, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }
}
