package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that go on sending behind the end of an answer: no other client may get that for an answer of its own. */
@SuppressWarnings("FutureReturnValueIgnored") // a stray that cannot be sent any more is of no interest
class AfterAnswerTest {
    private static final String CRAFTED = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ncrafted";
    private static final String OWN = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown";
    private static final String GET_OWN = "GET /own HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int LONGEST_DELAY_MILLIS = 200;
    /** Each provocation costs a connection to the app, and its port for a minute. */
    private static final long PACE_NANOS = 5_000_000;

    /** An answer behind which nothing may come, and how it is asked for. */
    enum Bare {
        HEAD("HEAD /stray HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"),
        NO_CONTENT("GET /stray HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"),
        NOT_MODIFIED(
                "GET /stray HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n");

        private final String request;
        private final String answer;

        Bare(String request, String answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    @TempDir
    Path root;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final ExecutorService clients = Executors.newCachedThreadPool();
    private RunningRouter router;

    @BeforeEach
    void start() {
        router = RunningRouter.in(root);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        clients.shutdownNow();
        router.close();
    }

    private Backend app(Backend.Talk talk) throws IOException {
        Backend app = Backend.talking(talk);
        router.routing(app.endpoint());
        return app;
    }

    /** Answers, and sends the crafted bytes up to 200 ms later, from the same thread or from another one. */
    private Backend strayingApp(Bare bare, boolean sameThread) throws IOException {
        return app((in, out) -> {
            Phaser strays = new Phaser(1);
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                boolean strayed = head.contains(" /stray ");
                synchronized (out) {
                    Backend.write(out, strayed ? bare.answer : OWN);
                }
                if (strayed && sameThread) {
                    stray(out);
                } else if (strayed) {
                    strayLater(out, strays);
                }
            }
            strays.arriveAndAwaitAdvance(); // an app that closes at once would never send what it has yet to send
        });
    }

    private static void stray(OutputStream out) throws IOException {
        LockSupport.parkNanos(delayMillis() * 1_000_000L);
        Backend.write(out, CRAFTED);
    }

    private void strayLater(OutputStream out, Phaser strays) {
        strays.register();
        timer.schedule(
                () -> {
                    try {
                        synchronized (out) {
                            Backend.write(out, CRAFTED);
                        }
                    } catch (IOException e) {
                        return;
                    } finally {
                        strays.arriveAndDeregister();
                    }
                },
                delayMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static int delayMillis() {
        return ThreadLocalRandom.current().nextInt(LONGEST_DELAY_MILLIS + 1);
    }

    /** Asks for its own answer over and over beside clients that provoke the app; how often it was another one. */
    private int wrongAnswers(String provocation, boolean withoutBody, int requests) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger wrong = new AtomicInteger();
        List<Future<?>> provoking = new ArrayList<>();
        List<Future<?>> asking = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            provoking.add(clients.submit(() -> provoke(provocation, withoutBody, enough)));
            asking.add(clients.submit(() -> ask(requests / 4, wrong)));
        }
        for (Future<?> each : asking) {
            each.get(5, TimeUnit.MINUTES);
        }
        enough.set(true);
        for (Future<?> each : provoking) {
            each.get(1, TimeUnit.MINUTES);
        }
        return wrong.get();
    }

    private int provoke(String provocation, boolean withoutBody, AtomicBoolean enough) {
        int asked = 0;
        while (!enough.get()) {
            try (Wire wire = new Wire(router.port)) {
                while (!enough.get()) {
                    wire.send(provocation).answer(withoutBody);
                    asked++;
                    LockSupport.parkNanos(PACE_NANOS);
                }
            } catch (IOException e) {
                // What the client who provokes gets is its own affair.
                LockSupport.parkNanos(1_000_000);
            }
        }
        return asked;
    }

    /** Over one connection, so that a test does not use up the machine's ports. */
    private void ask(int requests, AtomicInteger wrong) {
        int asked = 0;
        while (asked < requests) {
            try (Wire wire = new Wire(router.port)) {
                while (asked < requests) {
                    asked++;
                    if (!wire.send(GET_OWN).answer().body().equals("own")) {
                        wrong.incrementAndGet();
                    }
                }
            } catch (IOException e) {
                wrong.incrementAndGet();
            }
        }
    }

    private void nobodyGetsWhatComesBehind(Bare bare, boolean sameThread, int requests) throws Exception {
        try (Backend app = strayingApp(bare, sameThread)) {
            assertThat(wrongAnswers(bare.request, true, requests)).isZero();
            RunningRouter.await(() -> !router.heard.all.isEmpty());
            assertThat(router.heard.all).hasSize(1);
            assertThat(router.heard.all.get(0))
                    .startsWith("app: " + bare.request.substring(0, bare.request.indexOf(' ')) + " /stray ")
                    .contains("127.0.0.1:" + app.port() + " sent a body with a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatComesBehindAnAnswerWithoutABodyReachesNobody(Bare bare) throws Exception {
        nobodyGetsWhatComesBehind(bare, true, 1500);
    }

    @ParameterizedTest
    @EnumSource
    void norWhatAnotherThreadOfTheAppSends(Bare bare) throws Exception {
        nobodyGetsWhatComesBehind(bare, false, 1500);
    }

    @Tag("thorough")
    @ParameterizedTest
    @EnumSource
    void noneOfTenThousand(Bare bare) throws Exception {
        nobodyGetsWhatComesBehind(bare, true, 10_000);
    }

    /** A path that does it is not believed because of others that do not. */
    @Test
    void oneBadPathAmongGoodOnesIsNotTrusted() throws Exception {
        try (Backend app = strayingOn(" /stray ")) {
            String good = Bare.NOT_MODIFIED.request.replace("/stray", "/good");
            trust(app, good);
            assertThat(wrongAnswers(Bare.NOT_MODIFIED.request, true, 400)).isZero();
        }
    }

    /** One who logged in gets what others do not. */
    @ParameterizedTest
    @ValueSource(strings = {"Cookie: who=ada", "Authorization: Basic YWRhOng="})
    void norWhatIsSentToThoseOnlyWhoSayWhoTheyAre(String field) throws Exception {
        try (Backend app = strayingOn(field)) {
            trust(app, Bare.NOT_MODIFIED.request);
            String known = Bare.NOT_MODIFIED.request.replace("Host: a\r\n", "Host: a\r\n" + field + "\r\n");
            assertThat(wrongAnswers(known, true, 400)).isZero();
        }
    }

    private Backend strayingOn(String what) throws IOException {
        return app((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.write(out, head.contains("If-None-Match") ? Bare.NOT_MODIFIED.answer : OWN);
                if (head.contains(what)) {
                    stray(out);
                }
            }
        });
    }

    /** Asks until a hundred requests in a row needed no new connection. */
    private void trust(Backend app, String request) throws IOException {
        try (Wire wire = new Wire(router.port)) {
            int before = -1;
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (before != app.connections.get() && System.nanoTime() < until) {
                before = app.connections.get();
                for (int i = 0; i < 100; i++) {
                    assertThat(wire.send(request).answer().status()).isEqualTo(304);
                }
            }
            assertThat(app.connections).hasValue(before);
        }
    }

    @Test
    void theAnswersOfAWellBehavedAppKeepItsConnections() throws IOException {
        try (Backend app = strayingOn(" /nowhere ")) {
            trust(app, Bare.NOT_MODIFIED.request);
            int connections = app.connections.get();
            try (Wire wire = new Wire(router.port)) {
                for (int i = 0; i < 2000; i++) {
                    wire.send(Bare.NOT_MODIFIED.request).answer();
                    assertThat(wire.send(GET_OWN).answer().body()).isEqualTo("own");
                }
            }
            assertThat(app.connections.get() - connections).isLessThanOrEqualTo(1);
            assertThat(router.heard.all).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n0\r\n\r\n"
            })
    void theFirstByteBehindABodyEndsReuse(String bad) throws IOException {
        try (Backend app = app((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                boolean strays = head.contains(" /stray ");
                Backend.write(out, strays ? bad : OWN);
                if (strays) {
                    LockSupport.parkNanos(50_000_000);
                    Backend.write(out, CRAFTED);
                }
            }
        })) {
            Wire.get(router.port, "/stray");
            RunningRouter.await(() -> !router.heard.all.isEmpty());
            assertThat(router.heard.all.get(0))
                    .contains(" sent more ")
                    .endsWith("each of its connections serves one request");
            int before = app.connections.get();
            try (Wire wire = new Wire(router.port)) {
                for (int i = 0; i < 50; i++) {
                    assertThat(wire.send(GET_OWN).answer().body()).isEqualTo("own");
                }
            }
            assertThat(app.connections).hasValue(before + 50);
            Wire.get(router.port, "/stray");
            assertThat(router.heard.all).hasSize(1);
        }
    }

    /** It comes at once, in the next packet. Only the very first of an app could, between two looks, be too late. */
    @Test
    void whatComesRightBehindALengthReachesStrangersUntilItIsNoticedOnly() throws Exception {
        int apps = 20;
        int wrong = 0;
        for (int i = 0; i < apps; i++) {
            try (Backend app = app((in, out) -> {
                for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                    Backend.write(out, OWN);
                    if (head.contains(" /stray ")) {
                        Backend.write(out, CRAFTED);
                    }
                }
            })) {
                assertThat(app.port()).isPositive();
                wrong += wrongAnswers("GET /stray HTTP/1.1\r\nHost: a\r\n\r\n", false, 100);
            }
        }
        // A request that is sent before the first stray byte is noticed can meet it; else 15 do for each app.
        assertThat(wrong).as("of 2000").isLessThanOrEqualTo(apps);
    }

    @Test
    void aTimeOutThatIsToldOnAnUnusedConnectionIsNoFault() throws Exception {
        Semaphore answered = new Semaphore(0);
        Semaphore closed = new Semaphore(0);
        try (Backend app = app((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, OWN);
            answered.acquireUninterruptibly();
            LockSupport.parkNanos(300_000_000); // nobody has used it for a while
            Backend.write(out, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
            if (in.read() < 0) {
                closed.release();
            }
        })) {
            for (int i = 0; i < 3; i++) {
                assertThat(Wire.get(router.port, "/").body()).isEqualTo("own");
                answered.release();
                assertThat(closed.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(app.connections).hasValue(3);
            assertThat(router.heard.all).isEmpty();
        }
    }

    /** The whole of an ordinary program that a beginner writes. */
    @Test
    void anOrdinaryPythonAppIsServed() throws Exception {
        try (PythonApp app = PythonApp.start(root, """
                def do_GET(self):
                    text = b'own'
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                do_HEAD = do_GET
                """)) {
            router.routing(app.endpoint());
            assertThat(wrongAnswers("HEAD /own HTTP/1.1\r\nHost: a\r\n\r\n", true, 1500))
                    .isZero();
            RunningRouter.await(() -> !router.heard.all.isEmpty());
            assertThat(router.heard.all).hasSize(1);
            assertThat(router.heard.all.get(0)).contains("HEAD /own 200 ", " sent a body with an answer to HEAD");
            assertThat(app.output()).as("it is not cut off").doesNotContain("Traceback");
        }
    }
}
