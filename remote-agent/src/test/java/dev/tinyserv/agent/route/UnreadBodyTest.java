package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Apps that answer without reading a request's body: they take it for the beginning of their next request. */
@Tag("slow")
class UnreadBodyTest extends RouterStage {
    private static final String BEGUN = "GET /evil HTTP/1.1\r\nX-Ignore: ";
    private static final String GET_OWN = "GET /own HTTP/1.1\r\nHost: a\r\nCookie: secret\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown";

    /** A request whose body is the beginning of another one. */
    enum WithBody {
        POST("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BEGUN.length() + "\r\n\r\n" + BEGUN),
        PUT("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BEGUN.length() + "\r\n\r\n" + BEGUN),
        GET("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BEGUN.length() + "\r\n\r\n" + BEGUN),
        CHUNKED("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(BEGUN) + "0\r\n\r\n"),
        TRAILERS("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nGET: /evil\r\n\r\n"),
        EXPECT("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + BEGUN.length() + "\r\n\r\n"
                + BEGUN),
        UPGRADE("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: " + BEGUN.length()
                + "\r\n\r\n" + BEGUN),
        CUT("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + BEGUN),
        REFUSED("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(BEGUN) + "nonsense\r\n");

        private final String request;

        WithBody(String request) {
            this.request = request;
        }

        private static String chunk(String data) {
            return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
        }
    }

    /** Several, so that each of the router's threads has some. */
    private List<Wire> strangers() throws IOException {
        List<Wire> strangers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            strangers.add(new Wire(router.port));
        }
        return strangers;
    }

    private Wire wireTo(Backend app) throws IOException {
        return new Wire(router.routing(app.endpoint()).port);
    }

    private void provoke(String request) throws IOException {
        try (Wire attacker = new Wire(router.port)) {
            attacker.send(request);
            Wire.Answer answer = attacker.answer();
            while (answer.status() < 200) {
                answer = attacker.answer();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsTakenForTheRestOfABodyThatAPythonAppDoesNotRead(WithBody kind) throws IOException {
        try (PythonApp app = PythonApp.start(root, """
                def do_GET(self):
                    text = b'own' if self.path == '/own' else b'evil'
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                do_POST = do_PUT = do_GET
                """)) {
            router.routing(app.endpoint());
            List<Wire> strangers = strangers();
            for (int i = 0; i < 15; i++) {
                provoke(kind.request);
                for (Wire stranger : strangers) {
                    assertThat(stranger.send(GET_OWN).answer().body()).isEqualTo("own");
                }
            }
            for (Wire stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void onlyARequestWithABodyCostsItsConnection() throws IOException {
        try (Backend app = Backend.echo();
                Wire wire = wireTo(app)) {
            for (int i = 0; i < 20; i++) {
                assertThat(wire.send(GET_OWN).answer().status()).isEqualTo(200);
                wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                        .answer();
            }
            assertThat(app.connections).hasValue(1);
            for (int i = 0; i < 10; i++) {
                wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                        .answer();
            }
            wire.send(GET_OWN).answer();
            assertThat(app.connections).hasValue(11);
            assertThat(router.heard.all).isEmpty();
        }
    }

    /** Else whoever posts could end the reuse of connections for all. */
    @Test
    void anAppThatAnswersABodyIsToldAndKeepsItsOtherConnections() throws IOException {
        try (Backend app = Backend.talking((in, out) -> {
                    for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                        Backend.write(out, OK);
                    }
                });
                Wire wire = wireTo(app)) {
            String body = "GET /evil HTTP/1.1\r\n\r\n";
            String post = "POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            for (int i = 0; i < 10; i++) {
                assertThat(wire.send(post).answer().body()).isEqualTo("own");
            }
            RunningRouter.await(() -> !router.heard.all.isEmpty());
            assertThat(router.heard.all).hasSize(1);
            assertThat(router.heard.all.get(0)).contains("POST /hook 200 ", "has it read the body?");
            int before = app.connections.get();
            for (int i = 0; i < 50; i++) {
                assertThat(wire.send(GET_OWN).answer().body()).isEqualTo("own");
            }
            assertThat(app.connections.get() - before).isLessThanOrEqualTo(1);
        }
    }

    /** Were the app told to close, its kernel would throw away what it has yet to send, as the body lies there unread. */
    @Test
    void aLargeAnswerOfAnAppThatReadsNoBodyIsWhole() throws IOException {
        byte[] large = new byte[8 * 1024 * 1024];
        try (Backend app = Backend.talking((in, out) -> {
            Backend.readHead(in);
            Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
            out.write(large);
            in.transferTo(OutputStream.nullOutputStream());
        })) {
            router.routing(app.endpoint());
            String body = "x".repeat(32 * 1024);
            assertThat(Wire.ask(
                                    router.port,
                                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n"
                                            + body)
                            .body())
                    .hasSize(large.length);
        }
    }
}
