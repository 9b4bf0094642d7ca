package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that end their sending side after they have asked, as {@code nc -N} does. */
class HalfClosedTest extends RouterStage {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    /** The app waits for it before it says more. */
    private final Semaphore goOn = new Semaphore(0);

    HalfClosedTest() {
        super(Map.of("TINYSERV_FIRST_BYTE_TIMEOUT", "2s", "TINYSERV_IDLE_TIMEOUT", "1s"));
    }

    private String all(String sent) throws IOException {
        try (Wire wire = new Wire(router.port)) {
            wire.send(sent).socket.shutdownOutput();
            goOn.release();
            return wire.readAll();
        }
    }

    @Test
    void getTheAnswerOfAnAppThatTakesItsTime() throws IOException {
        try (Backend app = app((in, out) -> {
            Backend.readHead(in);
            goOn.acquireUninterruptibly();
            Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            goOn.acquireUninterruptibly();
            Backend.write(out, "later");
        })) {
            try (Wire wire = new Wire(router.port)) {
                wire.send(GET).socket.shutdownOutput();
                goOn.release();
                assertThat(Backend.readHead(wire.in)).startsWith("HTTP/1.1 200 OK\r\n");
                assertThat(wire.in.readNBytes(5)).asString().isEqualTo("first");
                goOn.release();
                assertThat(wire.readAll()).isEqualTo("later");
            }
            assertThat(app.heads).isEmpty();
        }
    }

    @Test
    void getAnAnswerInChunksAndOneThatEndsWithItsConnection() throws IOException {
        try (Backend app = app((in, out) -> {
            boolean chunked = Backend.readHead(in).startsWith("GET /chunked");
            Backend.write(out, "HTTP/1.1 200 OK\r\n" + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"));
            goOn.acquireUninterruptibly();
            Backend.write(out, chunked ? "4\r\ntext\r\n0\r\n\r\n" : "text");
        })) {
            assertThat(all("GET /chunked HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("4\r\ntext\r\n0\r\n\r\n");
            assertThat(all("GET /closed HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\ntext");
            assertThat(app.connections).hasValue(2);
        }
    }

    @Test
    void getTheAnswersToAllTheyHaveAsked() throws IOException {
        try (Backend app = Backend.echo()) {
            router.routing(app.endpoint());
            String post = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
            String answers = all(GET + post + GET + "GET /part HTTP/1.1\r\nHo");
            assertThat(answers.split("HTTP/1\\.1 200 OK", -1)).hasSize(4);
            assertThat(answers).contains("body").doesNotContain("/part");
        }
    }

    @Test
    void areToldThatABodyBrokeOff() throws IOException {
        try (Backend app = Backend.echo()) {
            router.routing(app.endpoint());
            String answer = all("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("the request's body broke off");
        }
    }

    @Test
    void doNotHoldAnAppThatFallsSilent() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (Backend app = app((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
            if (in.read() < 0) {
                gone.countDown();
            }
        })) {
            assertThat(all(GET)).contains("half").endsWith("[reset]");
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(app.connections).hasValue(1);
        }
    }

    /** A browser that leaves a page with an event stream: the app hears of it at once, as it counts who is there. */
    @Test
    void endAnEventStreamWhenTheyLeave() throws Exception {
        router.close();
        router = RunningRouter.in(root.resolve("patient"));
        CountDownLatch gone = new CountDownLatch(1);
        try (Backend app = app((in, out) -> {
                    Backend.readHead(in);
                    Backend.write(out, """
                            HTTP/1.1 200 OK\r
                            Content-Type: Text/Event-Stream; charset=utf-8\r
                            Transfer-Encoding: chunked\r
                            \r
                            3\r
                            a

                            \r
                            """);
                    if (in.read() < 0) {
                        gone.countDown();
                    }
                });
                Wire wire = new Wire(router.port)) {
            wire.send(GET);
            assertThat(Backend.readHead(wire.in)).startsWith("HTTP/1.1 200");
            wire.socket.close();
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(app.connections).hasValue(1);
        }
    }
}
