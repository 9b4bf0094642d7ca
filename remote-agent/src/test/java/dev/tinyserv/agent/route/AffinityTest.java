package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of an app that keeps state in memory come back to the instance that served them. */
@SuppressWarnings("try") // many an app only has to be there
class AffinityTest extends RouterStage {
    private static final String NAME = "tinyserv-instance-app";
    private static final Pattern SET =
            Pattern.compile("\r\nSet-Cookie: " + NAME + "=([^;\r]+); Path=/; HttpOnly; SameSite=Lax(; Secure)?\r\n");
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n";

    private final List<BusyApp> apps = new ArrayList<>();

    @BeforeEach
    void startApps() throws IOException {
        for (String name : List.of("a", "b", "c")) {
            apps.add(new BusyApp(name).answerAll());
        }
        router.sticky(endpoints());
    }

    private Endpoint[] endpoints() {
        return apps.stream().map(BusyApp::endpoint).toArray(Endpoint[]::new);
    }

    private Endpoint[] allBut(String name) {
        return apps.stream()
                .filter(app -> !app.name.equals(name))
                .map(BusyApp::endpoint)
                .toArray(Endpoint[]::new);
    }

    private BusyApp app(String name) {
        return apps.stream().filter(app -> app.name.equals(name)).findFirst().orElseThrow();
    }

    @AfterEach
    void stopApps() throws IOException {
        for (BusyApp app : apps) {
            app.close();
        }
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n";
    }

    private static String with(String cookie) {
        return get("Cookie: " + cookie + "\r\n");
    }

    private Wire.Answer ask(String request) throws IOException {
        return Wire.ask(router.port, request);
    }

    private static String from(Wire.Answer answer) {
        Matcher from = Pattern.compile("\r\nX-From: (\\w+)\r\n").matcher(answer.head());
        assertThat(from.find()).as(answer.head()).isTrue();
        return from.group(1);
    }

    /** The cookie that an answer sets, as a client sends it. */
    private static String cookie(Wire.Answer answer) {
        Matcher set = SET.matcher(answer.head());
        assertThat(set.find()).as(answer.head()).isTrue();
        return NAME + "=" + set.group(1);
    }

    private static void assertSetsNone(Wire.Answer answer) {
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).doesNotContain("set-cookie");
    }

    @Test
    void aClientComesBackToItsInstanceAlsoWhileOthersHaveLessToDo() throws IOException {
        Wire.Answer first = ask(get(""));
        String cookie = cookie(first);
        BusyApp busy = app(from(first));
        try (Wire tunnel = new Wire(router.port);
                Wire another = new Wire(router.port)) {
            assertThat(from(tunnel.send(get("Cookie: " + cookie + "\r\n" + UPGRADE))
                            .answer()))
                    .isEqualTo(busy.name);
            assertThat(from(another.send(get("Cookie: x=y; " + cookie + "; z\r\n" + UPGRADE))
                            .answer()))
                    .isEqualTo(busy.name);
            for (int i = 0; i < 10; i++) {
                Wire.Answer again = ask(with(cookie));
                assertThat(from(again)).isEqualTo(busy.name);
                assertSetsNone(again);
                assertThat(from(ask(get("")))).isNotEqualTo(busy.name);
            }
        }
    }

    @Test
    void newClientsAreShared() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            names.add(from(ask(get(""))));
        }

        assertThat(names).containsExactlyInAnyOrder("a", "a", "a", "b", "b", "b", "c", "c", "c");
    }

    @Test
    void withoutAffinityThereIsNoCookie() throws IOException {
        String cookie = cookie(ask(get("")));
        router.routing(endpoints());

        List<String> names = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Wire.Answer answer = ask(with(cookie));
            assertSetsNone(answer);
            names.add(from(answer));
        }
        assertThat(names).containsExactlyInAnyOrder("a", "a", "b", "b", "c", "c");
    }

    @Test
    void aClientWhoseInstanceIsGoneGetsAnotherAndStaysThere() throws IOException {
        Wire.Answer first = ask(get(""));
        String stale = cookie(first);

        router.sticky(allBut(from(first)));

        Wire.Answer second = ask(with(stale));
        String next = cookie(second);
        assertThat(next).isNotEqualTo(stale);
        assertThat(from(second)).isNotEqualTo(from(first));
        router.sticky(endpoints());
        for (int i = 0; i < 5; i++) {
            assertThat(from(ask(with(next)))).isEqualTo(from(second));
        }
    }

    @Test
    void aClientWhoseInstanceRefusesGetsAnotherAndStaysThere() throws IOException {
        Wire.Answer first = ask(get(""));
        app(from(first)).close();

        Wire.Answer second =
                ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nCookie: " + cookie(first) + "\r\n\r\nhi");

        assertThat(from(second)).isNotEqualTo(from(first));
        Wire.Answer third = ask(with(cookie(second)));
        assertThat(from(third)).isEqualTo(from(second));
        assertSetsNone(third);
    }

    @Test
    void aWebSocketSetsTheCookieToo() throws IOException {
        try (Wire wire = new Wire(router.port)) {
            Wire.Answer upgraded = wire.send(get(UPGRADE)).answer();
            assertThat(upgraded.status()).isEqualTo(101);
            assertThat(from(ask(with(cookie(upgraded))))).isEqualTo(from(upgraded));
        }
    }

    /** Also a lone instance: the client is to come back to it when there are more. */
    @Test
    void aClientStaysWhenInstancesAreAdded() throws IOException {
        router.sticky(app("b").endpoint());
        String cookie = cookie(ask(get("")));

        router.sticky(endpoints());

        for (int i = 0; i < 5; i++) {
            assertThat(from(ask(with(cookie)))).isEqualTo("b");
        }
    }

    @Test
    void theCookieTellsNothingOfTheAddressAndTheAppGetsItUnchanged() throws IOException {
        Wire.Answer first = ask(get(""));
        String cookie = cookie(first);
        Endpoint endpoint = app(from(first)).endpoint();

        assertThat(cookie).matches(NAME + "=[0-9a-f]{16}").doesNotContain(endpoint.host(), "" + endpoint.port());
        ask(with("a=1; " + cookie + "; b=2"));
        assertThat(app(from(first)).heads.get(1)).contains("\r\nCookie: a=1; " + cookie + "; b=2\r\n");
    }

    @Test
    void theAppsOwnCookiesStayAndInterimAnswersHaveNone() throws IOException {
        try (Backend app = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.write(out, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
                Backend.write(out, "HTTP/1.1 200 OK\r\nSet-Cookie: sid=1\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            router.sticky(app.endpoint());
            try (Wire wire = new Wire(router.port)) {
                Wire.Answer interim = wire.send(get("")).answer();
                assertThat(interim.status()).isEqualTo(103);
                assertSetsNone(interim);
                Wire.Answer last = wire.answer();
                cookie(last);
                assertThat(last.says("Set-Cookie: sid=1")).isTrue();
            }
        }
    }

    @Test
    void answersOfTheRouterItselfHaveNone() throws IOException {
        router.sticky();
        assertSetsNone(ask(get("")));
        router.sticky(new Endpoint("127.0.0.1", Ports.one()));
        Wire.Answer refused = ask(get(""));
        assertThat(refused.status()).isEqualTo(502);
        assertSetsNone(refused);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-Proto: https, true",
        "X-Forwarded-Proto: WSS, true",
        "'X-Forwarded-Proto: http, https', true",
        "'X-Forwarded-Proto: https, http', false",
        "X-Forwarded-Proto: http, false",
        "Forwarded: for=192.0.2.1;proto=https, true",
        "X-Forwarded-Port: 443, false",
        "X-Other: https, false",
    })
    void aClientThatSpeaksTlsToATrustedProxySendsItOverTlsOnly(String field, boolean secure) throws IOException {
        Matcher set = SET.matcher(ask(get(field + "\r\n")).head());

        assertThat(set.find()).isTrue();
        assertThat(set.group(2) != null).isEqualTo(secure);
    }

    @Test
    void whatAnybodyElseSaysOfTlsDoesNotCount() throws IOException {
        restartRouter(Map.of("TINYSERV_TRUSTED_PROXIES", "none"));
        router.sticky(endpoints());

        Matcher set = SET.matcher(ask(get("X-Forwarded-Proto: https\r\n")).head());

        assertThat(set.find()).isTrue();
        assertThat(set.group(2)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                NAME,
                NAME + "=",
                "=",
                ";;;;",
                NAME + "=0123456789abcdef",
                NAME + "=\"0123456789abcdef\"",
                NAME + "=127.0.0.1:20000",
                NAME + "=0; " + NAME + "=1; " + NAME + "=",
                "Tinyserv-Instance-App=0123456789abcdef",
                "tinyserv-instance-other=0123456789abcdef",
                NAME + "=\u00ff\u00fe",
            })
    void aCookieThatNamesNoInstanceIsLikeNone(String cookie) throws IOException {
        Wire.Answer answer = ask(with(cookie));

        assertThat(answer.status()).isEqualTo(200);
        cookie(answer);
    }

    @Test
    void ofManyCookiesTheFirstThatNamesAnInstanceCounts() throws IOException {
        Wire.Answer first = ask(get(""));
        String padding = (NAME + "=0; ").repeat(200);

        for (int i = 0; i < 4; i++) {
            Wire.Answer again = ask(get("Cookie: a=b\r\ncookie: " + padding + cookie(first) + "; " + NAME + "=1\r\n"));
            assertThat(from(again)).isEqualTo(from(first));
            assertSetsNone(again);
        }
    }

    /** The key is the same, so a client stays where it is; the endpoints are the same after a kill, too. */
    @Test
    void aRouterThatComesBackKnowsTheCookiesOfTheOneBefore() throws IOException {
        Wire.Answer first = ask(get(""));
        Path key = router.settings.layout().affinityKey();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");

        router.router.kill();
        router.router = Router.start(router.settings.router());

        for (int i = 0; i < 4; i++) {
            Wire.Answer again = ask(with(cookie(first)));
            assertThat(from(again)).isEqualTo(from(first));
            assertSetsNone(again);
        }
    }

    @Test
    void aSuccessorKnowsTheCookiesOfTheOneThatLeaves() throws IOException {
        Wire.Answer first = ask(get(""));
        try (Wire kept = new Wire(router.port)) {
            kept.send(get("")).answer();

            Router former = router.router;
            router.router = Router.start(router.settings.router());

            for (int i = 0; i < 4; i++) {
                assertThat(from(ask(with(cookie(first))))).isEqualTo(from(first));
            }
            Wire.Answer last = kept.send(with(cookie(first))).answer();
            assertThat(from(last)).isEqualTo(from(first));
            assertThat(last.says("Connection: close")).isTrue();
            former.close();
        }
    }

    @Test
    void withoutAffinityNoKeyIsMade() {
        restartRouter(Map.of());
        router.routing(endpoints());

        assertThat(router.settings.layout().affinityKey()).doesNotExist();
    }
}
