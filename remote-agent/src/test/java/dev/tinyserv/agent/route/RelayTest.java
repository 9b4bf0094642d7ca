package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The other half of the corpus that {@link SmugglingTest} refuses (CVE-2026-42581 and others): odd requests that are
 * taken. The app gets each as exactly one request that reads in one way, and the next one on the connection is the
 * client's own next one.
 */
class RelayTest {
    private static final String H = "Host: a\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\n" + H + "\r\n";
    private static final int WHOLE_CORPUS = 150;

    private static Backend app;
    private static RunningRouter router;
    private static List<Odd> odd = new ArrayList<>();

    record Odd(String name, String bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start(@TempDir Path root) throws IOException {
        app = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                app.heads.add(head);
                Backend.readBody(in, head);
                Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        });
        router = RunningRouter.in(root, Map.of("TINYSERV_TRUSTED_PROXIES", "none"))
                .routing(app.endpoint());
    }

    @AfterAll
    static void stop() throws IOException {
        app.close();
        router.close();
    }

    private static void get(String name, String target, String fields) {
        odd.add(new Odd(name, "GET " + target + " HTTP/1.1\r\n" + H + fields + "\r\n"));
    }

    private static void post(String name, String fields, String body) {
        odd.add(new Odd(name, "POST / HTTP/1.1\r\n" + H + fields + "\r\n" + body));
    }

    static Stream<Odd> odd() {
        odd = new ArrayList<>();
        framing();
        names();
        targets();
        return odd.stream();
    }

    private static void framing() {
        String te = "Transfer-Encoding: chunked\r\n";
        post("a body that looks like a request", "Content-Length: " + NEXT.length() + "\r\n", NEXT);
        post(
                "a chunk that looks like a request",
                te,
                Integer.toHexString(NEXT.length()) + "\r\n" + NEXT + "\r\n0\r\n\r\n");
        post("a body that looks like a last chunk", "Content-Length: 5\r\n", "0\r\n\r\n");
        post("CL 0", "Content-Length: 0\r\n", "");
        post("CL with zeros in front", "Content-Length: 0003\r\n", "abc");
        post("CL after much space", "Content-Length: \t   3\r\n", "abc");
        post("CL before space", "Content-Length: 3 \t \r\n", "abc");
        post("CL without space", "Content-Length:3\r\n", "abc");
        post("CL in capitals", "CONTENT-LENGTH: 3\r\n", "abc");
        post("TE in capitals", "TRANSFER-ENCODING: CHUNKED\r\n", "1\r\na\r\n0\r\n\r\n");
        post("TE between spaces", "Transfer-Encoding: \t chunked \t\r\n", "1\r\na\r\n0\r\n\r\n");
        post("chunk size with zeros in front", te, "0003\r\nabc\r\n000\r\n\r\n");
        post("chunk size in capitals", te, "A\r\n0123456789\r\n0\r\n\r\n");
        post("chunk extensions", te, "3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n");
        post("trailers that frame", te, "1\r\na\r\n0\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n");
        post("trailers that route", te, "1\r\na\r\n0\r\nHost: evil\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
        post("Connection names the framing", "Content-Length: 3\r\nConnection: Content-Length\r\n", "abc");
        post("Connection names TE", te + "Connection: Transfer-Encoding\r\n", "1\r\na\r\n0\r\n\r\n");
        odd.add(new Odd("GET with a body", "GET / HTTP/1.1\r\n" + H + "Content-Length: 3\r\n\r\nabc"));
        odd.add(new Odd("DELETE with chunks", "DELETE / HTTP/1.1\r\n" + H + te + "\r\n1\r\na\r\n0\r\n\r\n"));
        odd.add(new Odd("an empty line in front", "\r\nGET / HTTP/1.1\r\n" + H + "\r\n"));
    }

    private static void names() {
        get("CL with an underscore", "/", "Content_Length: 9\r\n");
        get("TE with an underscore", "/", "Transfer_Encoding: chunked\r\n");
        get("Host with an x", "/", "X-Host: evil\r\n");
        get("Connection names Host", "/", "Connection: Host\r\n");
        get("Connection names everything", "/", "Connection: Host, X-Request-Id, X-Forwarded-For, Cookie\r\n");
        get("Proxy-Connection", "/", "Proxy-Connection: keep-alive\r\n");
        get("Keep-Alive", "/", "Keep-Alive: timeout=9\r\n");
        get("TE trailers", "/", "TE: trailers\r\n");
        get("httpoxy", "/", "Proxy: http://evil\r\n");
        get("h2c", "/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n");
        get(
                "claims to be another",
                "/",
                "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n");
        get("claims with underscores", "/", "X_Forwarded_For: 6.6.6.6\r\nX_Real_IP: 6.6.6.6\r\n");
        get("claims another host", "/", "X-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\n");
        get("a long id", "/", "X-Request-Id: " + "a".repeat(500) + "\r\n");
        get("an id with blanks", "/", "X-Request-Id: a b\r\n");
        get("a value beyond ASCII", "/", "X: \u00e9\u00ff\r\n");
        get("an empty value", "/", "X:\r\n");
        get("the same field many times", "/", "X: a\r\n".repeat(50));
        get("every character of a token", "/", "!#$%&'*+-.^_`|~9z: x\r\n");
    }

    private static void targets() {
        get("dots", "/../../etc/passwd", "");
        get("encoded dots", "/%2e%2e/%2e%2e/etc", "");
        get("encoded line ends", "/%0d%0aHost:%20evil%0d%0a", "");
        get("encoded NUL", "/%00", "");
        get("bad escapes", "/%zz%", "");
        get("two slashes", "//evil/x", "");
        get("backslashes", "/\\evil\\x", "");
        get("a query with a URL", "/?u=http://evil/%20HTTP/1.1", "");
        get("beyond ASCII", "/\u00e9", "");
        get("absolute, another host", "http://b/x", "");
        get("absolute without a path", "http://b", "");
        get("absolute with a query only", "http://b?x", "");
        get("absolute, in capitals", "HTTP://B/x", "");
        get("an empty port in the absolute form", "http://b:/x", "");
        odd.add(new Odd("an empty port", "GET / HTTP/1.1\r\nHost: a:\r\n\r\n"));
        odd.add(new Odd("an empty port of IPv6", "GET / HTTP/1.1\r\nHost: [::1]:\r\n\r\n"));
        odd.add(new Odd("star", "OPTIONS * HTTP/1.1\r\n" + H + "\r\n"));
        odd.add(new Odd("an unknown method", "PURGE / HTTP/1.1\r\n" + H + "\r\n"));
        odd.add(new Odd("a method in lower case", "get / HTTP/1.1\r\n" + H + "\r\n"));
    }

    @ParameterizedTest
    @MethodSource("odd")
    void isOneRequestForTheApp(Odd request) throws IOException {
        app.heads.clear();
        try (Wire wire = new Wire(router.port)) {
            wire.send(request.bytes() + NEXT);
            assertThat(wire.answer().status()).isEqualTo(200);
            assertThat(wire.answer().status()).isEqualTo(200);
        }
        assertThat(app.heads).hasSize(2);
        assertThat(app.heads.get(1)).startsWith("GET /next HTTP/1.1\r\n");
        app.heads.forEach(RelayTest::assertReadsInOneWay);
        assertThat(app.heads.get(0)).doesNotContain("6.6.6.6").doesNotContain("X-Forwarded-Host: evil");
    }

    private static void assertReadsInOneWay(String head) {
        String lower = head.toLowerCase(Locale.ROOT).replace('_', '-');
        assertThat(lower.split("\r\nhost:", -1)).as(head).hasSize(2);
        assertThat(lower.split("\r\n(content-length|transfer-encoding):", -1).length)
                .as(head)
                .isLessThanOrEqualTo(2);
        assertThat(head.replace("\r\n", "")).as(head).doesNotContain("\r").doesNotContain("\n");
        assertThat(head.substring(0, head.indexOf("\r\n")).split(" ", -1)).hasSize(3);
    }

    @Test
    void theCorpusIsLarge() {
        assertThat(odd().count() + SmugglingTest.attacks().count()).isGreaterThanOrEqualTo(WHOLE_CORPUS);
    }
}
