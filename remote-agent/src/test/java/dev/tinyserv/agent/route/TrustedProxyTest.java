package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an app is told of a client that comes through a proxy, whether that is trusted or not. */
class TrustedProxyTest extends RouterStage {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final String TO_HTTPS = """
            HTTP/1.1 301 Moved Permanently\r
            Location: https://shop.example/\r
            Content-Length: 0\r
            \r
            """;
    private static final String OF_A_TLS_PROXY = """
            GET / HTTP/1.1\r
            Host: shop.example\r
            X-Forwarded-For: 203.0.113.9\r
            X-Forwarded-Proto: https\r
            \r
            """;

    private Backend app;

    @BeforeEach
    void start() throws IOException {
        app = Backend.echo();
        router.routing(app.endpoint());
    }

    private void start(Map<String, String> settings) {
        restartRouter(settings);
        router.routing(app.endpoint());
    }

    @AfterEach
    void stop() throws IOException {
        app.close();
    }

    /** The head that the app gets of a request with these fields. */
    private String seen(String... fields) throws IOException {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return Wire.ask(router.port, "GET / HTTP/1.1\r\nHost: shop.example\r\n" + lines + "\r\n")
                .body();
    }

    @Test
    void whatATlsProxyOnThisMachineSaysIsKept() throws IOException {
        assertThat(seen(
                        "X-Forwarded-For: 203.0.113.9, 198.51.100.7",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: www.shop.example",
                        "X-Forwarded-Port: 8443",
                        "Forwarded: for=203.0.113.9;proto=https;host=\"www.shop.example\""))
                .contains("\r\nX-Forwarded-For: 203.0.113.9, 198.51.100.7, 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Proto: https\r\n")
                .contains("\r\nX-Forwarded-Host: www.shop.example\r\n")
                .contains("\r\nX-Forwarded-Port: 8443\r\n")
                .contains("\r\nForwarded: for=203.0.113.9;proto=https;host=\"www.shop.example\", for=127.0.0.1\r\n")
                .containsOnlyOnce("X-Forwarded-For:")
                .containsOnlyOnce("X-Forwarded-Proto:")
                .containsOnlyOnce("X-Forwarded-Host:")
                .containsOnlyOnce("X-Forwarded-Port:")
                .containsOnlyOnce("\r\nForwarded:");
    }

    @Test
    void aTrustedPeerThatSaysNothingIsAClient() throws IOException {
        assertThat(seen())
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Proto: http\r\n")
                .contains("\r\nX-Forwarded-Port: " + router.port + "\r\n")
                .contains("\r\nX-Forwarded-Host: shop.example\r\n")
                .doesNotContain("\r\nForwarded:");
    }

    /** A redirect to https must lead to the proxy's port, never to ours. */
    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-Proto: https, https, 443",
        "X-Forwarded-Proto: http, http, 80",
        "X-Forwarded-Proto: HTTPS, HTTPS, 443",
        "Forwarded: proto=https, https, 443",
        "Forwarded: for=192.0.2.1;Proto=\"https\", https, 443",
    })
    void whoSaysTheSchemeOnlyHasItsPort(String field, String proto, String port) throws IOException {
        assertThat(seen(field))
                .contains("\r\nX-Forwarded-Proto: " + proto + "\r\n")
                .contains("\r\nX-Forwarded-Port: " + port + "\r\n");
        assertThat(seen(field, "X-Forwarded-Host: shop.example:8443"))
                .contains("\r\nX-Forwarded-Port: 8443\r\n")
                .contains("\r\nX-Forwarded-Host: shop.example:8443\r\n");
    }

    @Test
    void severalFieldsAreOneListAndTheNearestHopSaysTheScheme() throws IOException {
        assertThat(seen(
                        "X-Forwarded-For: 203.0.113.9",
                        "X-Forwarded-Proto: https",
                        "Forwarded: for=203.0.113.9",
                        "x-forwarded-for: 198.51.100.7",
                        "X-FORWARDED-PROTO: http",
                        "forwarded: for=198.51.100.7;proto=https"))
                .contains("\r\nX-Forwarded-For: 203.0.113.9, 198.51.100.7, 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Proto: http\r\n")
                .contains("\r\nForwarded: for=203.0.113.9, for=198.51.100.7;proto=https, for=127.0.0.1\r\n");
    }

    /** A proxy appends to what its client sent: what stands before a broken part is nobody's word. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For: <script>, 203.0.113.9 | X-Forwarded-For: 203.0.113.9, 127.0.0.1",
                "X-Forwarded-For: 1.1.1.1, a b, 203.0.113.9 | X-Forwarded-For: 203.0.113.9, 127.0.0.1",
                "X-Forwarded-For: ,, 203.0.113.9:4711 , | X-Forwarded-For: 203.0.113.9:4711, 127.0.0.1",
                "X-Forwarded-For: unknown, [2001:db8::1]:80 | X-Forwarded-For: unknown, [2001:db8::1]:80, 127.0.0.1",
                "X-Forwarded-For: é | X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-Proto: https, http | X-Forwarded-Proto: https, http",
                "X-Forwarded-Proto: <b> | X-Forwarded-Proto: http",
                "X-Forwarded-Proto: | X-Forwarded-Proto: http",
                "X-Forwarded-Host: a b | X-Forwarded-Host: shop.example",
                "X-Forwarded-Host: evil/../ | X-Forwarded-Host: shop.example",
                "X-Forwarded-Port: 99999 | X-Forwarded-Port: OWN",
                "X-Forwarded-Port: 0x50 | X-Forwarded-Port: OWN",
                "Forwarded: for=\"_gazonk;proto=https | X-Forwarded-Proto: http",
                "Forwarded: for=1.1.1.1;;proto=https,, | X-Forwarded-Proto: https",
                "Forwarded: for=1.1.1.1;proto=http;proto=https | X-Forwarded-Proto: http",
                "Forwarded: for=1.1.1.1;for=2.2.2.2 | X-Forwarded-For: 127.0.0.1",
                "Forwarded: for=1.1.1.1;proto=https;x=1;X=2 | X-Forwarded-Proto: http",
                "X-Forwarded: for=1.1.1.1 | X-Forwarded-For: 127.0.0.1",
                "Forwarded: proto=https, for=1.1.1.1 | X-Forwarded-Proto: http",
                "Forwarded: for=\"a\\\",proto=https\" | X-Forwarded-Proto: http",
                "X_Forwarded_Proto: https | X-Forwarded-Proto: http",
                "X_Forwarded_Proto: https | X-Forwarded-Port: OWN",
                "X-Forwarded-Prefix: /admin | X-Forwarded-Port: OWN",
                "X-Forwarded-Proto: https, http | X-Forwarded-Port: 80",
                "X-Forwarded-Proto: http , https | X-Forwarded-Port: 443",
                "X-Forwarded-Port: +80 | X-Forwarded-Port: OWN",
                "Forwarded: for=203.0.113.9;host=www.shop.example | X-Forwarded-For: 203.0.113.9, 127.0.0.1",
                "Forwarded: for=203.0.113.9;host=www.shop.example | X-Forwarded-Host: www.shop.example",
                "Forwarded: host=\"www.shop.example:8443\" | X-Forwarded-Port: 8443",
                "Forwarded: host=evil.example, for=203.0.113.9 | X-Forwarded-Host: shop.example",
                "Forwarded: host=\"x y\" | X-Forwarded-Host: shop.example",
                "Forwarded: for=\"[2001:db8::1]\", for=203.0.113.9 | X-Forwarded-For: 2001:db8::1, 203.0.113.9, 127.0.0.1",
                "Forwarded: for=\"[2001:db8::1]:80\" | X-Forwarded-For: [2001:db8::1]:80, 127.0.0.1",
                "Forwarded: for=1.1.1.1, proto=https | X-Forwarded-For: 127.0.0.1",
                "Forwarded: for=1.1.1.1, for=\"x, 2.2.2.2\" | X-Forwarded-For: 127.0.0.1",
                "X_Forwarded_For: 203.0.113.9 | X-Forwarded-For: 127.0.0.1",
            })
    void brokenFieldsOfATrustedPeerDoNoHarm(String field, String expected) throws IOException {
        String seen = seen(field);

        assertThat(seen)
                .contains("\r\n" + expected.replace("OWN", Integer.toString(router.port)) + "\r\n")
                .doesNotContain("<", "a b", "/../", "_gazonk", "X_", "X-Forwarded:");
    }

    @Test
    void theOlderFieldsCountBeforeForwarded() throws IOException {
        assertThat(seen(
                        "X-Forwarded-For: 203.0.113.9",
                        "X-Forwarded-Host: www.shop.example",
                        "Forwarded: for=198.51.100.7;host=other.example"))
                .contains("\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Host: www.shop.example\r\n");
    }

    @Test
    void aLongForwardedMakesNoLongHead() throws IOException {
        String seen = seen("Forwarded: " + "for=1.1.1.1,".repeat(900) + "for=203.0.113.9");

        assertThat(seen).contains("1.1.1.1, 203.0.113.9, 127.0.0.1\r\n").hasSizeLessThan(15_000);
    }

    @Test
    void aBrokenForwardedIsLeftOut() throws IOException {
        assertThat(seen("Forwarded: for=\"1.1.1.1", "Forwarded: for=203.0.113.9"))
                .doesNotContain("\r\nForwarded:");
        assertThat(seen("Forwarded: proto")).doesNotContain("\r\nForwarded:");
    }

    @ParameterizedTest
    @CsvSource({"none", "10.0.0.0/8", "127.0.0.2", "::1"})
    void whatAnyOtherSaysIsReplaced(String trusted) throws IOException {
        start(Map.of("TINYSERV_TRUSTED_PROXIES", trusted));

        assertThat(seen(
                        "X-Forwarded-For: 203.0.113.9",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: evil.example",
                        "X-Forwarded-Port: 443",
                        "Forwarded: for=203.0.113.9;proto=https"))
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n")
                .contains("\r\nX-Forwarded-Proto: http\r\n")
                .contains("\r\nX-Forwarded-Host: shop.example\r\n")
                .contains("\r\nX-Forwarded-Port: " + router.port + "\r\n")
                .doesNotContain("203.0.113.9", "https", "evil", "443\r\n", "\r\nForwarded");
    }

    /** On a socket of both families an IPv4 peer has an address of IPv6. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, true", "127.0.0.0/8, true", "::ffff:127.0.0.0/104, true", "::1, false"})
    void aPeerOfIpv4IsKnownOnASocketOfBothFamilies(String trusted, boolean kept) throws IOException {
        start(Map.of("TINYSERV_TRUSTED_PROXIES", trusted, "TINYSERV_BIND", "::"));

        assertThat(seen("X-Forwarded-Proto: https").contains("X-Forwarded-Proto: https"))
                .isEqualTo(kept);
    }

    @Test
    void nobodyIsTrustedByDefaultWhereEverybodyCanConnect() throws IOException {
        start(Map.of("TINYSERV_BIND", "0.0.0.0"));

        assertThat(seen("X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.9"))
                .contains("\r\nX-Forwarded-Proto: http\r\n")
                .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
    }

    /** An app that forces https, as nearly all frameworks do it. */
    @Test
    void anAppThatForcesHttpsAnswersBehindATlsProxy() throws IOException {
        app.close();
        app = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                boolean secure = head.contains("\r\nX-Forwarded-Proto: https\r\n");
                Backend.write(out, secure ? OK : TO_HTTPS);
            }
        });
        router.routing(app.endpoint());

        assertThat(Wire.get(router.port, "/").status()).isEqualTo(301);
        assertThat(Wire.ask(router.port, OF_A_TLS_PROXY).status()).isEqualTo(200);
    }

    /** The head that the app gets stays as small as the one that came, however often its fields are given. */
    @Test
    void aTrustedPeersHeadKeepsItsLimit() throws IOException {
        String[] many = new String[80];
        java.util.Arrays.fill(many, "X-Forwarded-For: " + "203.0.113.9, ".repeat(12) + "203.0.113.9");

        String seen = seen(many);

        assertThat(seen).containsOnlyOnce("X-Forwarded-For:").hasSizeLessThan(20_000);
    }
}
