package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two servers could read differently (CVE-2026-42581 and its kind): each is refused, the connection
 * closes, the app sees nothing.
 */
class SmugglingTest {
    private static final String H = "Host: a\r\n";
    private static final String SECOND = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    private static Backend app;
    private static RunningRouter router;

    record Attack(String name, int status, String bytes) {
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
        router = RunningRouter.in(root).routing(app.endpoint());
    }

    @AfterAll
    static void stop() throws IOException {
        app.close();
        router.close();
    }

    private static List<Attack> attacks = new ArrayList<>();

    private static void bad(String name, String bytes) {
        attacks.add(new Attack(name, 400, bytes));
    }

    private static void post(String name, String fields, String body) {
        bad(name, "POST / HTTP/1.1\r\n" + H + fields + "\r\n" + body);
    }

    static Stream<Attack> attacks() {
        attacks = new ArrayList<>();
        framing();
        chunks();
        lines();
        hosts();
        limits();
        return attacks.stream();
    }

    private static void framing() {
        String chunked = "0\r\n\r\n" + SECOND;
        post("CL and TE", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunked);
        post("TE and CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunked);
        post("two equal CL", "Content-Length: 3\r\nContent-Length: 3\r\n", "abc");
        post("two differing CL", "Content-Length: 3\r\nContent-Length: 4\r\n", "abcd");
        post("a list of CL", "Content-Length: 3, 3\r\n", "abc");
        post("CL with plus", "Content-Length: +3\r\n", "abc");
        post("negative CL", "Content-Length: -3\r\n", "abc");
        post("hex CL", "Content-Length: 0x3\r\n", "abc");
        post("empty CL", "Content-Length: \r\n", "");
        post("CL with a space", "Content-Length: 1 0\r\n", "abc");
        post("CL with letters", "Content-Length: 3a\r\n", "abc");
        post("CL that overflows", "Content-Length: 18446744073709551619\r\n", "abc");
        post("CL with a decimal point", "Content-Length: 3.0\r\n", "abc");
        post("TE identity", "Transfer-Encoding: identity\r\n", "abc");
        post("TE gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n", chunked);
        post("TE chunked, identity", "Transfer-Encoding: chunked, identity\r\n", chunked);
        post("TE chunked twice", "Transfer-Encoding: chunked, chunked\r\n", chunked);
        post("two TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunked);
        post("two equal TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked);
        post("TE xchunked", "Transfer-Encoding: xchunked\r\n", chunked);
        post("TE with a quote", "Transfer-Encoding: \"chunked\"\r\n", chunked);
        post("TE with vertical tab", "Transfer-Encoding: \u000bchunked\r\n", chunked);
        post("TE with a parameter", "Transfer-Encoding: chunked;q=1\r\n", chunked);
        post("empty TE", "Transfer-Encoding:\r\n", chunked);
        post("space before colon of TE", "Transfer-Encoding : chunked\r\n", chunked);
        post("space before colon of CL", "Content-Length : 3\r\n", "abc");
        post("tab before colon", "Content-Length\t: 3\r\n", "abc");
        post("folded TE", "Transfer-Encoding:\r\n chunked\r\n", chunked);
        post("folded header", "X: a\r\n\tb\r\n", "");
        bad("TE in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked);
        bad("CL and TE in HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
        bad("GET with CL and TE", "GET / HTTP/1.1\r\n" + H + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    private static void chunks() {
        String te = "Transfer-Encoding: chunked\r\n";
        post("chunk size with 0x", te, "0x3\r\nabc\r\n0\r\n\r\n");
        post("negative chunk size", te, "-3\r\nabc\r\n0\r\n\r\n");
        post("empty chunk size", te, "\r\nabc\r\n0\r\n\r\n");
        post("chunk size with a leading space", te, " 3\r\nabc\r\n0\r\n\r\n");
        post("chunk size with a trailing space", te, "3 \r\nabc\r\n0\r\n\r\n");
        post("chunk size that overflows", te, "FFFFFFFFFFFFFFFF1\r\nabc\r\n0\r\n\r\n");
        post("chunk size line with LF", te, "3\nabc\r\n0\r\n\r\n");
        post("chunk longer than its size", te, "3\r\nabcd\r\n0\r\n\r\n");
        post("chunk end with LF", te, "3\r\nabc\n0\r\n\r\n");
        post("control character in an extension", te, "3;a=\u0001\r\nabc\r\n0\r\n\r\n");
        post("CR in an extension", te, "3;a\rb\r\nabc\r\n0\r\n\r\n");
        post("size line without an end", te, "3;" + "a".repeat(300));
        post("trailer with LF", te, "0\r\nX: a\n\r\n");
        post("trailer without a colon", te, "0\r\nX\r\n\r\n");
        post("folded trailer", te, "0\r\nX: a\r\n b\r\n\r\n");
    }

    private static void lines() {
        bad("bare LF after the request line", "GET / HTTP/1.1\n" + H + "\r\n");
        bad("bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n");
        bad("bare LF for the empty line", "GET / HTTP/1.1\r\n" + H + "\n" + SECOND);
        bad("bare CR in a value", "GET / HTTP/1.1\r\n" + H + "X: a\rContent-Length: 5\r\n\r\n");
        bad("bare CR in the request line", "GET /\rX HTTP/1.1\r\n" + H + "\r\n");
        bad("NUL in a value", "GET / HTTP/1.1\r\n" + H + "X: a\0b\r\n\r\n");
        bad("NUL in a name", "GET / HTTP/1.1\r\n" + H + "X\0: b\r\n\r\n");
        bad("DEL in a value", "GET / HTTP/1.1\r\n" + H + "X: a\u007f\r\n\r\n");
        bad("space in a name", "GET / HTTP/1.1\r\n" + H + "X Y: b\r\n\r\n");
        bad("empty name", "GET / HTTP/1.1\r\n" + H + ": b\r\n\r\n");
        bad("no colon", "GET / HTTP/1.1\r\n" + H + "X\r\n\r\n");
        bad("a letter beyond ASCII in a name", "GET / HTTP/1.1\r\n" + H + "X\u00e9: b\r\n\r\n");
        bad("first field begins with a space", "GET / HTTP/1.1\r\n X: a\r\n" + H + "\r\n");
        bad("two spaces in the request line", "GET  / HTTP/1.1\r\n" + H + "\r\n");
        bad("tab in the request line", "GET\t/ HTTP/1.1\r\n" + H + "\r\n");
        bad("space in the target", "GET /a b HTTP/1.1\r\n" + H + "\r\n");
        bad("trailing space", "GET / HTTP/1.1 \r\n" + H + "\r\n");
        bad("leading space", " GET / HTTP/1.1\r\n" + H + "\r\n");
        bad("control character in the target", "GET /\u0001 HTTP/1.1\r\n" + H + "\r\n");
        bad("fragment in the target", "GET /#x HTTP/1.1\r\n" + H + "\r\n");
        bad("no version", "GET /\r\n" + H + "\r\n");
        bad("lower-case version", "GET / http/1.1\r\n" + H + "\r\n");
        bad("version with two digits", "GET / HTTP/1.11\r\n" + H + "\r\n");
        bad("method with a brace", "G{T / HTTP/1.1\r\n" + H + "\r\n");
        bad("relative target", "GET index.html HTTP/1.1\r\n" + H + "\r\n");
        bad("star with GET", "GET * HTTP/1.1\r\n" + H + "\r\n");
        bad("another scheme", "GET ftp://a/ HTTP/1.1\r\n" + H + "\r\n");
        bad("TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n");
        attacks.add(new Attack("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        attacks.add(new Attack("HTTP/1.2", 505, "GET / HTTP/1.2\r\n" + H + "\r\n"));
        attacks.add(new Attack("HTTP/0.9 in a longer form", 505, "GET / HTTP/0.9\r\n" + H + "\r\n"));
        attacks.add(new Attack("CONNECT", 405, "CONNECT a:443 HTTP/1.1\r\n" + H + "\r\n"));
    }

    private static void hosts() {
        bad("no Host", "GET / HTTP/1.1\r\n\r\n");
        bad("two Hosts", "GET / HTTP/1.1\r\n" + H + "Host: b\r\n\r\n");
        bad("two equal Hosts", "GET / HTTP/1.1\r\n" + H + H + "\r\n");
        for (String host :
                List.of("", "a b", "a/b", "a@b", "a,b", "a:99999", "a::", "a:x", "[::1", "[]", ":80", "a\\b")) {
            bad("Host '" + host + "'", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }
        bad("user in the absolute form", "GET http://u@a/ HTTP/1.1\r\n" + H + "\r\n");
        bad("no authority in the absolute form", "GET http:/// HTTP/1.1\r\n" + H + "\r\n");
    }

    private static void limits() {
        String many = "X: a\r\n".repeat(100);
        String line = "X: " + "a".repeat(1000) + "\r\n";
        attacks.add(new Attack("101 fields", 431, "GET / HTTP/1.1\r\n" + H + many + "\r\n"));
        attacks.add(new Attack("a header of 30 kB", 431, "GET / HTTP/1.1\r\n" + H + line.repeat(30) + "\r\n"));
        attacks.add(new Attack("a target of 9 kB", 414, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n" + H + "\r\n"));
        attacks.add(new Attack("a line without an end", 414, "GET /" + "a".repeat(20000)));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void isRefusedAndTheConnectionCloses(Attack attack) throws IOException {
        app.heads.clear();
        String answer;
        try (Wire wire = new Wire(router.port)) {
            answer = wire.send(attack.bytes() + SECOND).readAll();
        }
        assertThat(answer).startsWith("HTTP/1.1 " + attack.status() + " ");
        assertThat(answer.split("HTTP/1\\.1 \\d", -1)).as("answers").hasSize(2);
        assertThat(answer).contains("\r\nConnection: close\r\n");
        assertThat(app.heads).noneMatch(head -> head.contains("/smuggled"));
    }

    @Test
    void thereAreEnoughOfThem() {
        assertThat(attacks()).hasSizeGreaterThan(90);
    }
}
