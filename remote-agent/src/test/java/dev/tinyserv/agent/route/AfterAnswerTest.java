package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps that go on sending behind the end of an answer: no other client may get that for an answer of its own. */
@SuppressWarnings("FutureReturnValueIgnored") // a stray that cannot be sent any more is of no interest
class AfterAnswerTest extends RouterStage {
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
                "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n"),
        /** It says how long the answer to an unconditional request would be, which it may. */
        NOT_MODIFIED_LENGTH(
                NOT_MODIFIED.request, "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 7\r\n\r\n");

        private final String request;
        private final String answer;

        Bare(String request, String answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        timer.shutdownNow();
        clients.shutdownNow();
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

    /** One who logged in gets what others do not, and any other field may make a difference as well. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cookie: who=ada",
                "Authorization: Basic YWRhOng=",
                "User-Agent: old",
                "Accept-Language: de",
                "X-Plan: free",
                "If-None-Match: \"y\""
            })
    void norWhatIsSentToThoseOnlyWhoAskInAnotherWay(String field) throws Exception {
        try (Backend app = strayingOn(field)) {
            trust(app, Bare.NOT_MODIFIED.request);
            String other = Bare.NOT_MODIFIED.request.replace("Host: a\r\n", "Host: a\r\n" + field + "\r\n");
            assertThat(ownAfter(other)).isEqualTo("own");
            assertThat(wrongAnswers(other, true, 400)).isZero();
        }
    }

    /** Nobody remembers bodies, so what an app does after one is not known of the next. */
    @Test
    void norWhatDependsOnTheBodyOfTheRequest() throws Exception {
        try (Backend app = app((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                boolean toBody = head.startsWith("POST");
                boolean strays = toBody && new String(in.readNBytes(4), StandardCharsets.US_ASCII).equals("evil");
                Backend.write(out, toBody ? Bare.NO_CONTENT.answer : OWN);
                if (strays) {
                    stray(out);
                }
            }
        })) {
            String good = "POST /note HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\ngood";
            try (Wire wire = new Wire(router.port)) {
                for (int i = 0; i < 200; i++) {
                    assertThat(wire.send(good).answer().status()).isEqualTo(204);
                }
            }
            String evil = good.replace("good", "evil");
            assertThat(ownAfter(evil)).isEqualTo("own");
            assertThat(wrongAnswers(evil, true, 400)).isZero();
            assertThat(app.port()).isPositive();
        }
    }

    /** What its own answer is to one who asks right after a provocation. */
    private String ownAfter(String provocation) throws IOException {
        try (Wire wire = new Wire(router.port)) {
            wire.send(provocation).answer(true);
            return wire.send(GET_OWN).answer().body();
        }
    }

    private Backend strayingOn(String what) throws IOException {
        return strayingOn(what, Bare.NOT_MODIFIED);
    }

    private Backend strayingOn(String what, Bare bare) throws IOException {
        return app((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.write(out, head.contains("If-None-Match") ? bare.answer : OWN);
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
            for (int round = 0; round < 50 && before != app.connections.get(); round++) {
                before = app.connections.get();
                for (int i = 0; i < 100; i++) {
                    assertThat(wire.send(request).answer().status()).isEqualTo(304);
                }
            }
            assertThat(app.connections).hasValue(before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_MODIFIED", "NOT_MODIFIED_LENGTH"})
    void theAnswersOfAWellBehavedAppKeepItsConnections(Bare bare) throws IOException {
        try (Backend app = strayingOn(" /nowhere ", bare)) {
            trust(app, bare.request);
            int connections = app.connections.get();
            try (Wire wire = new Wire(router.port)) {
                for (int i = 0; i < 2000; i++) {
                    wire.send(bare.request).answer();
                    assertThat(wire.send(GET_OWN).answer().body()).isEqualTo("own");
                }
            }
            assertThat(app.connections.get() - connections).isLessThanOrEqualTo(1);
            assertThat(router.heard.all).isEmpty();
        }
    }

    /** A connection that was quiet behind an answer for a while serves again, whatever was asked. */
    @Test
    void answersThatNobodyHadBeforeKeepConnectionsAtAModestRate() throws IOException {
        try (Backend app = strayingOn(" /nowhere ");
                Wire wire = new Wire(router.port)) {
            for (int i = 0; i < 100; i++) {
                String request = Bare.NOT_MODIFIED.request.replace("/stray", "/new-" + i);
                assertThat(wire.send(request).answer().status()).isEqualTo(304);
                LockSupport.parkNanos(8 * PACE_NANOS);
            }
            assertThat(app.connections).hasValueLessThan(40);
            assertThat(router.heard.all).isEmpty();
        }
    }

    @Test
    void aConnectionThatWasWatchedServesOnlyAsLongAsTheAppKeepsIt() throws Exception {
        Semaphore closed = new Semaphore(0);
        try (Backend app = app((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.write(out, Bare.NO_CONTENT.answer.replace("\r\n\r\n", "\r\nKeep-Alive: timeout=1\r\n\r\n"));
            }
            closed.release();
        })) {
            try (Wire wire = new Wire(router.port)) {
                for (int i = 1; i <= 3; i++) {
                    wire.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n").answer();
                    assertThat(closed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                    assertThat(app.connections).hasValue(i);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n0\r\n\r\n"
            })
    void theFirstByteBehindABodyEndsReuse(String bad) throws IOException {
        Semaphore answered = new Semaphore(0);
        try (Backend app = app((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                boolean strays = head.contains(" /stray ");
                Backend.write(out, strays ? bad : OWN);
                if (strays) {
                    answered.acquireUninterruptibly();
                    Backend.write(out, CRAFTED);
                }
            }
        })) {
            Wire.get(router.port, "/stray");
            answered.release();
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
            answered.release();
            assertThat(router.heard.all).hasSize(1);
        }
    }

    /** It comes at once, in the next packet. Only the very first of an app could, between two looks, be too late. */
    @Tag("slow")
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
            Backend.write(out, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
            if (in.read() < 0) {
                closed.release();
            }
        })) {
            for (int i = 0; i < 3; i++) {
                assertThat(Wire.get(router.port, "/").body()).isEqualTo("own");
                answered.release();
                assertThat(closed.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(app.connections).hasValue(3);
            assertThat(router.heard.all).isEmpty();
        }
    }

    /** The whole of an ordinary program that a beginner writes. */
    @Tag("slow")
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
