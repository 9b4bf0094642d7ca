package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.App;
import dev.tinyserv.fixtures.Http;
import dev.tinyserv.fixtures.HttpConnection;
import dev.tinyserv.fixtures.HttpReply;
import dev.tinyserv.fixtures.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the router makes of requests, with a real app behind it. */
class HttpScenario {
    @AutoClose
    private static final Stage STAGE = Stage.start(Map.of("TINYSERV_FIRST_BYTE_TIMEOUT", "2s"));

    private static final int PORT = STAGE.probe().port();

    @Test
    void aConnectionIsKeptForManyRequests() throws IOException {
        try (HttpConnection connection = new HttpConnection(PORT)) {
            for (int i = 0; i < 20; i++) {
                assertThat(connection.get("/").text()).isEqualTo("v2\n");
                assertThat(connection.post("/echo", "body " + i).text()).isEqualTo("body " + i);
            }
        }
    }

    @Test
    void chunksArriveWhileTheyAreMade() throws IOException {
        try (HttpConnection connection = new HttpConnection(PORT)) {
            connection.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
            while (!connection.line().isEmpty()) {
                // the head of the answer
            }
            assertThat(new String(connection.readChunk(), StandardCharsets.UTF_8))
                    .isEqualTo("chunk 1\n");
            assertThat(Http.text(PORT, "/next")).isEqualTo("next\n");
            assertThat(new String(connection.readChunk(), StandardCharsets.UTF_8))
                    .isEqualTo("chunk 2\n");
            assertThat(Http.text(PORT, "/next")).isEqualTo("next\n");
            assertThat(new String(connection.readChunk(), StandardCharsets.UTF_8))
                    .isEqualTo("chunk 3\n");
            assertThat(connection.readChunk()).isEmpty();
        }
    }

    @Test
    void aChunkedRequestOfAMegabyteComesBackWhole() throws IOException {
        String chunk = "x".repeat(64 * 1024);
        try (HttpConnection connection = new HttpConnection(PORT)) {
            connection.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            Thread writer = new Thread(() -> sendChunks(connection, chunk));
            writer.start();
            assertThat(connection.read().text()).hasSize(16 * chunk.length());
        }
    }

    private static void sendChunks(HttpConnection connection, String chunk) {
        try {
            for (int i = 0; i < 16; i++) {
                connection.send("10000\r\n" + chunk + "\r\n");
            }
            connection.send("0\r\n\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theAppLearnsWhoAsked() throws IOException {
        JsonNode headers = headers("");

        assertThat(headers.at("/x-forwarded-for").asString()).isEqualTo("127.0.0.1");
        assertThat(headers.at("/x-forwarded-proto").asString()).isEqualTo("http");
        assertThat(headers.at("/x-forwarded-port").asString()).isEqualTo(Integer.toString(PORT));
        assertThat(headers.at("/host").asString()).isEqualTo("shop.example");
    }

    /** The stage listens on 127.0.0.1, where only this machine can say such things. */
    @Test
    void theAppLearnsWhatATlsProxyOnThisMachineSays() throws IOException {
        JsonNode headers = headers("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n");

        assertThat(headers.at("/x-forwarded-for").asString()).isEqualTo("203.0.113.9, 127.0.0.1");
        assertThat(headers.at("/x-forwarded-proto").asString()).isEqualTo("https");
        assertThat(headers.at("/x-forwarded-port").asString()).isEqualTo("443");
    }

    private static JsonNode headers(String fields) throws IOException {
        try (HttpConnection connection = new HttpConnection(PORT)) {
            connection.send("GET /headers HTTP/1.1\r\nHost: shop.example\r\n" + fields + "\r\n");
            return Json.of(connection.read().text());
        }
    }

    @Test
    void anAppThatBreaksOffIsA502() {
        HttpReply reply = Http.get(PORT, "/break");

        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.text().strip()).hasLineCount(1);
        assertThat(Http.text(PORT, "/")).isEqualTo("v2\n");
    }

    @Test
    void anAppThatDoesNotBeginToAnswerIsA504() {
        HttpReply reply = Http.get(PORT, "/hang");

        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.text()).isEqualTo("the app did not answer in time\n");
        assertThat(Http.text(PORT, "/")).isEqualTo("v2\n");
    }

    @Test
    void anAppThatWasNeverDeployedOrIsStoppedIsA503WithTheReason() {
        App app = STAGE.developer().sample("probe", "idle").create();
        int port = app.port();
        assertThat(Http.get(port, "/").status()).isEqualTo(503);
        assertThat(Http.get(port, "/").text().strip()).contains("deploy").hasLineCount(1);

        app.push().mustSucceed();
        assertThat(Http.text(port, "/")).isEqualTo("v2\n");

        app.verb("ps:stop").mustSucceed();
        assertThat(Http.get(port, "/").status()).isEqualTo(503);
        assertThat(Http.get(port, "/").text().strip()).contains("stopped").hasLineCount(1);
    }

    @Test
    void anAppsClientsComeBackByACookieFromOneRequestToTheNext() {
        App app = STAGE.developer().sample("probe", "sticky").deploy();
        assertThat(Http.get(app.port(), "/").header("Set-Cookie")).isEmpty();

        assertThat(app.verb("apps:set", "affinity=cookie").mustSucceed().out())
                .isEqualTo("Clients of sticky come back to the instance that served them, by a cookie\n");

        assertThat(Http.get(app.port(), "/").header("Set-Cookie"))
                .matches("tinyserv-instance-sticky=[0-9a-f]{16}; Path=/; HttpOnly; SameSite=Lax");
        assertThat(app.verb("apps:info").mustSucceed().out()).contains("Affinity:");
        assertThat(app.verb("logs").mustSucceed().out()).contains("affinity set to cookie by ");
        Result unknown = app.verb("apps:set", "affinity=ip");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("affinity is 'cookie' or 'none', not 'ip'");

        assertThat(app.verb("apps:set", "root=", "affinity=").mustSucceed().out())
                .contains("The next build of sticky is of the whole repository")
                .contains("The instance of sticky with the fewest requests in flight gets the next one");
        assertThat(Http.get(app.port(), "/").header("Set-Cookie")).isEmpty();
        assertThat(Json.of(app.verb("apps:info", "--json")).at("/affinity").asString())
                .isEqualTo("none");
    }

    @Test
    void webSocketsGoThroughInBothDirections() throws IOException {
        App app = STAGE.developer().sample("websocket", "socket").deploy();
        try (HttpConnection connection = new HttpConnection(app.port())) {
            connection.send(String.join(
                    "\r\n",
                    "GET /chat HTTP/1.1",
                    "Host: x",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    "",
                    ""));
            HttpReply handshake = connection.read();
            assertThat(handshake.status()).isEqualTo(101);
            assertThat(handshake.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

            for (String text : new String[] {"one", "two", "three"}) {
                connection.send(frame(text));
                byte[] head = connection.exactly(2);
                assertThat(head).containsExactly(0x81, text.length());
                assertThat(connection.exactly(text.length())).isEqualTo(text.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static byte[] frame(String text) {
        byte[] mask = {1, 2, 3, 4};
        byte[] frame = new byte[6 + text.length()];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | text.length());
        System.arraycopy(mask, 0, frame, 2, 4);
        for (int i = 0; i < text.length(); i++) {
            frame[6 + i] = (byte) (text.charAt(i) ^ mask[i % 4]);
        }
        return frame;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n folded\r\n\r\n",
                "GET / HTTP/3.7\r\nHost: x\r\n\r\n",
                "\u0000\u0001\u0002 nonsense\r\n\r\n"
            })
    void anAmbiguousRequestIsRefusedAndItsConnectionClosed(String request) throws IOException {
        try (HttpConnection connection = new HttpConnection(PORT)) {
            connection.send(request);

            HttpReply reply = connection.read();

            assertThat(reply.status()).isIn(400, 501, 505);
            assertThat(reply.closes()).isTrue();
        }
    }
}
