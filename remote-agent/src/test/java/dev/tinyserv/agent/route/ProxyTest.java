package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an app and a client see of a request and its answer. */
class ProxyTest extends RouterStage {
    private Backend app;

    ProxyTest() {
        super(Map.of("TINYSERV_TRUSTED_PROXIES", "none"));
    }

    @BeforeEach
    void start() throws IOException {
        app = Backend.echo();
        router.routing(app.endpoint());
    }

    @AfterEach
    void stop() throws IOException {
        app.close();
    }

    private void serve(Backend.Talk talk) throws IOException {
        app.close();
        app = app(talk);
    }

    private void answering(String answer) throws IOException {
        serve((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.readBody(in, head);
                Backend.write(out, answer);
            }
        });
    }

    @Test
    void theRequestIsRebuilt() throws IOException {
        String seen = Wire.ask(router.port, """
                GET /a?b=c HTTP/1.1\r
                Host: shop.example:8080\r
                Accept: text/html\r
                X-Forwarded-For: 1.2.3.4\r
                x-forwarded-proto: https\r
                X_Forwarded_For: 1.2.3.4\r
                X-Forwarded-Prefix: /admin\r
                X-Real-IP: 1.2.3.4\r
                Forwarded: for=1.2.3.4\r
                Proxy: http://evil\r
                TE: trailers\r
                Keep-Alive: timeout=5\r
                Connection: keep-alive, X-Private\r
                X-Private: mine\r
                Content_Length: 7\r
                Upgrade: h2c\r
                \r
                """).body();

        assertThat(seen)
                .startsWith("GET /a?b=c HTTP/1.1\r\nHost: shop.example:8080\r\nAccept: text/html\r\n")
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Proto: http\r\n")
                .contains("\r\nX-Forwarded-Host: shop.example:8080\r\n")
                .contains("\r\nX-Forwarded-Port: " + router.port + "\r\n")
                .containsPattern("\r\nX-Request-Id: [0-9a-f]{32}\r\n")
                .doesNotContain("1.2.3.4", "https", "/admin", "evil", "TE:", "Keep-Alive", "mine", "h2c", "Content_")
                .doesNotContain("Connection");
    }

    @Test
    void theAbsoluteFormOverridesHost() throws IOException {
        String seen = Wire.ask(router.port, "GET http://Real.example?x HTTP/1.1\r\nHost: other\r\n\r\n")
                .body();

        assertThat(seen)
                .startsWith("GET /?x HTTP/1.1\r\nHost: Real.example\r\n")
                .doesNotContain("other");
    }

    @Test
    void aSaneRequestIdIsKeptAndAnotherReplaced() throws IOException {
        String get = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: ";

        assertThat(Wire.ask(router.port, get + "abc-123\r\n\r\n").body()).contains("X-Request-Id: abc-123\r\n");
        assertThat(Wire.ask(router.port, get + "<script>\r\n\r\n").body()).doesNotContain("script");
    }

    @Test
    void bodiesWithALengthAndChunkedOnesPassWithTheirTrailers() throws IOException {
        String post = "POST /p HTTP/1.1\r\nHost: a\r\n";

        assertThat(Wire.ask(router.port, post + "Content-Length: 5\r\n\r\nhello")
                        .body())
                .contains("\r\nContent-Length: 5\r\n")
                .endsWith("\r\n\r\nhello");
        assertThat(Wire.ask(
                                router.port,
                                post
                                        + "Transfer-Encoding: Chunked\r\nTrailer: Sum\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n"
                                        + "Sum: 7\r\nContent-Length: 9\r\n\r\n")
                        .body())
                .contains("\r\nTransfer-Encoding: chunked\r\n")
                .contains("3\r\nabc\r\n2\r\nde\r\n0\r\nSum: 7\r\n\r\n")
                .doesNotContain("x=y", "Content-Length: 9");
    }

    @Test
    void aConnectionServesManyRequestsAlsoPipelinedOnes() throws IOException {
        try (Wire wire = new Wire(router.port)) {
            for (int i = 0; i < 20; i++) {
                wire.send("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            for (int i = 0; i < 20; i++) {
                assertThat(wire.answer().body()).startsWith("GET /" + i + " HTTP");
            }
            wire.send("\r\nGET /after-an-empty-line HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(wire.answer().head()).contains("Connection: close");
            assertThat(wire.readAll()).isEmpty();
        }
        assertThat(app.connections).hasValue(1);
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        try (Wire wire = new Wire(router.port)) {
            String request =
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n";
            for (int i = 0; i < request.length(); i++) {
                wire.send(request.substring(i, i + 1));
            }
            assertThat(wire.answer().body()).endsWith("3\r\nabc\r\n0\r\nA: b\r\n\r\n");
        }
    }

    @Test
    void http10IsServedWithItsOwnRules() throws IOException {
        assertThat(Wire.ask(router.port, "GET / HTTP/1.0\r\n\r\n").head()).contains("Connection: close");
        try (Wire wire = new Wire(router.port)) {
            wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(wire.answer().head()).contains("Connection: keep-alive");
            wire.send("GET /2 HTTP/1.0\r\n\r\n");
            assertThat(wire.answer().body()).startsWith("GET /2 HTTP/1.1\r\nHost: 127.0.0.1:" + router.port);
        }
        answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        Wire.Answer plain = Wire.ask(router.port, "GET / HTTP/1.0\r\n\r\n");
        assertThat(plain.head()).doesNotContainIgnoringCase("Transfer-Encoding");
        assertThat(plain.body()).isEqualTo("abc");
    }

    @Test
    void answersWithoutABodyHaveNone() throws IOException {
        try (Wire wire = new Wire(router.port)) {
            Wire.Answer head = wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").answer(true);
            assertThat(head.head()).containsPattern("Content-Length: \\d+");
            assertThat(wire.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
                            .answer()
                            .body())
                    .startsWith("GET /next");
        }
        for (String status : new String[] {"204 No Content", "304 Not Modified"}) {
            answering("HTTP/1.1 " + status + "\r\nETag: \"x\"\r\n\r\n");
            try (Wire wire = new Wire(router.port)) {
                for (int i = 0; i < 3; i++) {
                    Wire.Answer answer =
                            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
                    assertThat(answer.head()).startsWith("HTTP/1.1 " + status).contains("ETag: \"x\"");
                }
            }
        }
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsSentInChunks() throws IOException {
        serve((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, "HTTP/1.0 200\r\nX: y\r\n\r\nsome text");
        });
        try (Wire wire = new Wire(router.port)) {
            Wire.Answer answer = wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(answer.says("Transfer-Encoding: chunked")).isTrue();
            assertThat(answer.body()).isEqualTo("9\r\nsome text\r\n0\r\n\r\n");
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void interimAnswersAreRelayed() throws IOException {
        serve((in, out) -> {
            String head = Backend.readHead(in);
            Backend.write(out, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
            if (head.contains("Expect: 100-continue")) {
                Backend.write(out, "HTTP/1.1 100 Continue\r\n\r\n");
            }
            Backend.write(
                    out,
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                            + new String(Backend.readBody(in, head), StandardCharsets.UTF_8));
        });
        try (Wire wire = new Wire(router.port)) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(wire.answer().head()).startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a.css>");
            assertThat(wire.answer().status()).isEqualTo(100);
            assertThat(wire.send("ok").answer().body()).isEqualTo("ok");
        }
    }

    @Test
    void hopByHopFieldsOfAnAnswerStayBehind() throws IOException {
        answering("""
                HTTP/1.1 200 OK\r
                Keep-Alive: timeout=9\r
                Connection: X-Hop\r
                X-Hop: 1\r
                Set-Cookie: a\r
                Set-Cookie: b\r
                Content-Length: 0\r
                \r
                """);

        assertThat(Wire.get(router.port, "/").head())
                .contains("Set-Cookie: a\r\nSet-Cookie: b\r\n", "Content-Length: 0\r\n")
                .doesNotContain("Keep-Alive", "X-Hop", "Connection");
    }

    @Test
    void anAppIsAskedOverAKeptConnectionOnlyAsLongAsItSays() throws IOException {
        answering("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n");
        Wire.get(router.port, "/");
        Wire.get(router.port, "/");
        assertThat(app.connections).hasValue(2);

        answering("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
        Wire.get(router.port, "/");
        Wire.get(router.port, "/");
        assertThat(app.connections).hasValue(2);
    }

    @Test
    void anEarlyAnswerReachesAClientThatStillSends() throws IOException {
        serve((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
        });
        try (Wire wire = new Wire(router.port)) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nsome");
            Wire.Answer answer = wire.answer();
            assertThat(answer.body()).isEqualTo("big");
            assertThat(answer.head()).contains("Connection: close");
        }
    }
}
