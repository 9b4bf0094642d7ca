package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that speaks something else is told at the first byte that shows it, and is not waited for. */
class OtherProtocolsTest {
    private static final int SOON_MILLIS = 5_000;

    private static RunningRouter router;

    /** What a client says first, up to the byte that shows that it is no request. */
    private record Hello(String name, String bytes, int status) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start(@TempDir Path root) {
        router = RunningRouter.in(root).routing();
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    private static Stream<Hello> hellos() {
        return Stream.of(
                new Hello("TLS", "\u0016", 400),
                new Hello(
                        "a whole TLS record",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003abc",
                        400),
                new Hello("TLS behind an empty line", "\r\n\u0016", 400),
                new Hello("SSL 2", "\u0080", 400),
                new Hello("SOCKS 4", "\u0004", 400),
                new Hello("SOCKS 5", "\u0005", 400),
                new Hello("SSH", "SSH-2.0-", 400),
                new Hello("SSH 1", "SSH-1.99-OpenSSH_9.2\r", 400),
                new Hello("HTTP/0.9", "GET /\r", 400),
                new Hello("no version", "GET / \r", 400),
                new Hello("no target", "GET \r", 400),
                new Hello("a word", "QUIT\r", 400),
                new Hello("two blanks", "GET  ", 400),
                new Hello("mail", "EHLO m", 400),
                new Hello("PROXY protocol", "PROXY T", 400),
                new Hello("PROXY protocol 2", "\r\n\r\n", 400),
                new Hello("Redis", "*1\r", 400),
                new Hello("RDP", "\u0003", 400),
                new Hello("PostgreSQL", "\u0000", 400),
                new Hello("a URL of another scheme", "GET ftp", 400),
                new Hello("a URL of nearly this scheme", "GET httpx", 400),
                new Hello("a host as target", "GET a.example", 400),
                new Hello("a fragment", "GET /a#", 400),
                new Hello("a control character", "GET /a\u0001", 400),
                new Hello("a method without an end", "A".repeat(33), 400),
                new Hello("another protocol in the version", "GET / ICY", 400),
                new Hello("a version without a digit", "GET / HTTP/x", 400),
                new Hello("more behind the version", "GET / HTTP/1.1 ", 400),
                new Hello("a line feed alone", "GET / HTTP/1.1\n", 400),
                new Hello("a field without a name", "GET / HTTP/1.1\r\n:", 400),
                new Hello("a field without a colon", "GET / HTTP/1.1\r\nHost a", 400),
                new Hello("a folded line", "GET / HTTP/1.1\r\nHost: a\r\n ", 400),
                new Hello("a control character in a field", "GET / HTTP/1.1\r\nHost: a\u0000", 400),
                new Hello("a later version", "GET / HTTP/3", 505),
                new Hello("a later minor version", "GET / HTTP/1.2", 505),
                new Hello("HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 505));
    }

    private static void assertRefused(Wire wire, int status) throws IOException {
        wire.socket.setSoTimeout(SOON_MILLIS);
        assertThat(wire.readAll()).startsWith("HTTP/1.1 " + status + " ").contains("\r\nConnection: close\r\n");
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void isToldAtOnce(Hello hello) throws IOException {
        try (Wire wire = new Wire(router.port)) {
            assertRefused(wire.send(hello.bytes()), hello.status());
        }
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void isToldAtOnceAlsoWhenItComesByteByByte(Hello hello) throws IOException {
        try (Wire wire = new Wire(router.port)) {
            for (int i = 0; i < hello.bytes().length(); i++) {
                wire.send(hello.bytes().substring(i, i + 1));
            }
            assertRefused(wire, hello.status());
        }
    }

    /** No byte of a request is taken for something else before the request is whole. */
    @Test
    void requestsThatComeByteByByteAreAnsweredAsBefore() throws IOException {
        for (String request : new String[] {
            "\r\nGET /a?b=c HTTP/1.1\r\nHost: a\r\nX: \u00e9 y\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a.example:80/ HTTP/1.1\r\nHost: b\r\n\r\n",
            "get HTTPS://a.example HTTP/1.1\r\nHost:\tb\r\nX:\r\n\r\n",
            "SSHX / HTTP/1.0\r\n\r\n",
            "GET h HTTP/1.1\r\nHost: b\r\n\r\n",
            "CONNECT a.example:443 HTTP/1.1\r\nHost: b\r\n\r\n",
        }) {
            int whole = Wire.ask(router.port, request).status();
            try (Wire wire = new Wire(router.port)) {
                for (int i = 0; i < request.length(); i++) {
                    wire.send(request.substring(i, i + 1));
                }
                assertThat(wire.answer().status()).as(request).isEqualTo(whole);
            }
        }
        try (Wire wire = new Wire(router.port)) {
            for (int i = 0; i < 3; i++) {
                wire.send("GET / HT").send("TP/1.1\r\nHo").send("st: a\r\n\r\n");
                assertThat(wire.answer().status()).isEqualTo(503);
            }
        }
    }
}
