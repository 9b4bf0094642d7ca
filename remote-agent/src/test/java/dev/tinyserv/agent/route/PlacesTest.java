package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AddressBlock;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has a place when all are taken. */
@Tag("slow")
class PlacesTest {
    /** More than the time that anybody has to go on, but for the idle time-out. */
    private static final Duration LONG = Duration.ofSeconds(3);

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final byte[] PART = new byte[64 * 1024];
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";

    @TempDir
    Path root;

    private final List<Wire> clients = new ArrayList<>();
    /** Time passes for the router only where a test says so. */
    private final AtomicLong clock = new AtomicLong();

    private final CountDownLatch end = new CountDownLatch(1);
    private Backend app;
    private RunningRouter router;

    @BeforeEach
    void start() throws IOException {
        app = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                if (head.startsWith("GET /slow")) {
                    awaitEnd(Integer.MAX_VALUE);
                }
                if (head.startsWith("GET /tunnel")) {
                    Backend.write(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
                    in.transferTo(out);
                    return;
                }
                if (head.startsWith("GET /drip") || head.startsWith("GET /part")) {
                    Backend.write(out, "HTTP/1.1 200 OK\r\n\r\n" + (head.startsWith("GET /part") ? "part" : ""));
                    drip(head.startsWith("GET /drip"), out);
                    return;
                }
                byte[] body = head.startsWith("GET /large") ? PART : Backend.readBody(in, head);
                int times = head.startsWith("GET /large") ? 500 : 1;
                Backend.write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length * times + "\r\n\r\n");
                for (int i = 0; i < times; i++) {
                    out.write(body);
                }
                out.flush();
            }
        });
        router = router(20, "none");
    }

    /** Sends a byte now and then, or none, until the test is over. */
    private void drip(boolean drips, OutputStream out) throws IOException {
        while (end.getCount() > 0) {
            if (drips) {
                out.write('x');
            }
            awaitEnd(100);
        }
    }

    private void passes(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** Waits until a newcomer has a place; before each one a long time passes. */
    private void awaitPlace(String address) {
        RunningRouter.await(() -> {
            passes(LONG);
            return status(address) == 200;
        });
    }

    private void awaitEnd(int millis) {
        try {
            boolean unused = end.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RunningRouter router(int places, String trusted) {
        return router(places, trusted, "60s");
    }

    private RunningRouter router(int places, String trusted, String idleTimeout) {
        Map<String, String> settings = Map.of(
                "TINYSERV_IDLE_TIMEOUT",
                idleTimeout,
                "TINYSERV_MAX_CLIENTS",
                Integer.toString(places),
                "TINYSERV_TRUSTED_PROXIES",
                trusted,
                "TINYSERV_FIRST_BYTE_TIMEOUT",
                "60s");
        return RunningRouter.in(root.resolve(places + trusted + idleTimeout), settings, clock::get)
                .routing(app.endpoint());
    }

    private void start(int places, String trusted) {
        router.close();
        router = router(places, trusted);
    }

    @AfterEach
    void stop() throws IOException {
        end.countDown();
        for (Wire client : clients) {
            client.close();
        }
        app.close();
        router.close();
    }

    private Wire client(String address) throws IOException {
        Wire wire = new Wire(router.port, address);
        clients.add(wire);
        return wire;
    }

    private List<Wire> clients(int count, String address, String request) throws IOException {
        List<Wire> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(client(address).send(request));
        }
        return all;
    }

    private List<Wire> busyClients(int count, String address) throws IOException {
        int before = router.client.status().underWay();
        List<Wire> busy = clients(count, address, SLOW);
        RunningRouter.await(() -> router.client.status().underWay() == before + count);
        return busy;
    }

    private int status(String address) {
        return status(address, router.port);
    }

    private static int status(String address, int port) {
        try (Wire wire = new Wire(port, address)) {
            return wire.send(GET).answer().status();
        } catch (IOException e) {
            return 0;
        }
    }

    private static boolean isOpen(Wire wire) throws IOException {
        int patience = wire.socket.getSoTimeout();
        wire.socket.setSoTimeout(300);
        try {
            return wire.in.read() >= 0;
        } catch (SocketTimeoutException e) {
            wire.socket.setSoTimeout(patience);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void clientsThatAskedOnceAndAreSilentMakeRoom() throws IOException {
        for (Wire silent : clients(20, "127.0.0.1", GET)) {
            assertThat(silent.answer().status()).isEqualTo(200);
        }

        for (int i = 0; i < 50; i++) {
            assertThat(status("127.0.0.1")).as("new client %d", i).isEqualTo(200);
        }
    }

    @Test
    void clientsThatNeverAskMakeRoom() throws IOException {
        clients(40, "127.0.0.1", "");

        for (int i = 0; i < 50; i++) {
            assertThat(status("127.0.0.1")).as("new client %d", i).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a part", "Expect", "chunked"})
    void bodiesThatDoNotComeMakeRoom(String kind) throws IOException {
        String post = switch (kind) {
            case "" -> POST;
            case "a part" -> POST + "abc";
            case "Expect" -> POST.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
            default -> POST.replace("Content-Length: 10", "Transfer-Encoding: chunked") + "5\r\nab";
        };
        clients(20, "127.0.0.1", post);
        RunningRouter.await(() -> router.client.status().underWay() == 20 && app.connections.get() == 20);
        passes(LONG);

        for (int i = 0; i < 50; i++) {
            assertThat(status("127.0.0.1")).as("new client %d", i).isEqualTo(200);
        }
    }

    @Test
    void whoIsRefusedAndStaysMakesRoom() throws IOException {
        clients(20, "127.0.0.1", "nonsense\r\n\r\n");

        for (int i = 0; i < 50; i++) {
            assertThat(status("127.0.0.1")).as("new client %d", i).isEqualTo(200);
        }
    }

    /** Who is gone cannot be told from who has only ended its side. */
    @Test
    void clientsThatHaveEndedTheirSideMakeRoom() throws IOException {
        for (Wire busy : busyClients(20, "127.0.0.1")) {
            busy.socket.shutdownOutput();
        }

        awaitPlace("127.0.0.1");
    }

    @Test
    void answersThatNobodyTakesMakeRoom() throws IOException {
        for (Wire each : clients(20, "127.0.0.1", "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(each.in.read()).isEqualTo('H');
        }

        awaitPlace("127.0.0.1");
    }

    @Test
    void idleConnectionsGoFirstThenBodies() throws IOException {
        List<Wire> bodies = clients(10, "127.0.0.1", POST + "012");
        RunningRouter.await(() -> router.client.status().underWay() == 10);
        for (Wire idle : clients(10, "127.0.0.1", GET)) {
            idle.answer();
        }

        busyClients(10, "127.0.0.1");
        awaitPlace("127.0.0.1");

        int kept = 0;
        for (Wire body : bodies) {
            if (isOpen(body)) {
                kept++;
                assertThat(body.send("3456789").answer().body()).isEqualTo("0123456789");
            }
        }
        assertThat(kept).isEqualTo(9);
    }

    /** A head may come in two parts. */
    @Test
    void idleConnectionsGoBeforeHeadsThatAreUnderWay() throws IOException {
        List<Wire> heads = clients(10, "127.0.0.1", GET.substring(0, 12));
        for (Wire idle : clients(10, "127.0.0.1", GET)) {
            idle.answer();
        }

        busyClients(10, "127.0.0.1");

        for (Wire head : heads) {
            assertThat(head.send(GET.substring(12)).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void clientsThatTakeAFileOfASiteSteadilyKeepTheirPlaces() throws IOException {
        Path folder = Files.createDirectory(root.resolve("site"));
        Files.write(folder.resolve("large"), new byte[12 * 1024 * 1024]);
        Site site = new Site(folder.toString(), false, false, "404.html");
        RunningRouter.set(router.client, RunningRouter.APP, router.port, List.of(), site, "");
        List<Wire> all = clients(20, "127.0.0.1", "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        for (Wire each : all) {
            assertThat(Backend.readHead(each.in)).startsWith("HTTP/1.1 200");
        }

        for (int i = 0; i < 50; i++) {
            passes(Duration.ofMillis(100));
            for (Wire each : all) {
                each.in.skipNBytes(200 * 1024);
            }
            assertThat(status("127.0.0.1")).as("newcomer %d", i).isZero();
        }
    }

    @Test
    void clientsThatHaveEndedTheirSideAndTakeTheirAnswerKeepTheirPlaces() throws IOException {
        List<Wire> all = clients(20, "127.0.0.1", "GET /drip HTTP/1.0\r\n\r\n");
        for (Wire each : all) {
            each.socket.shutdownOutput();
            assertThat(Backend.readHead(each.in)).startsWith("HTTP/1.1 200");
        }

        for (int i = 0; i < 15; i++) {
            for (Wire each : all) {
                assertThat(each.in.read()).isEqualTo('x');
            }
            passes(Duration.ofMillis(200));
            assertThat(status("127.0.0.1")).as("newcomer %d", i).isZero();
        }
    }

    /** The answer ends with its connection: a plain close would make it look complete. */
    @Test
    void anAnswerThatIsCutForANewcomerIsSeenToBeCut() throws IOException {
        List<Wire> all = clients(20, "127.0.0.1", "GET /part HTTP/1.0\r\n\r\n");
        for (Wire each : all) {
            each.socket.shutdownOutput();
            assertThat(Backend.readHead(each.in)).startsWith("HTTP/1.1 200");
            assertThat(each.in.readNBytes(4)).asString().isEqualTo("part");
        }

        awaitPlace("127.0.0.1");

        int cut = 0;
        for (Wire each : all) {
            cut += isCut(each) ? 1 : 0;
        }
        assertThat(cut).isEqualTo(1);
    }

    private static boolean isCut(Wire wire) throws IOException {
        wire.socket.setSoTimeout(100);
        try {
            assertThat(wire.in.read()).as("a proper end").isNotEqualTo(-1);
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** They come from an address each, so that no share keeps them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
                "GET /part HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void theSilentMakeRoomAtLast(String request) throws IOException {
        router.close();
        router = router(20, "none", "1s");
        List<Wire> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.addAll(clients(1, "127.0.1." + (1 + i), request));
        }
        for (Wire each : silent) {
            assertThat(Backend.readHead(each.in)).startsWith("HTTP/1.1 ");
            if (request.startsWith("GET /part")) {
                assertThat(each.in.readNBytes(9)).asString().startsWith("4\r\npart");
            }
        }

        for (int i = 0; i < 5; i++) {
            String address = "127.0.2." + (1 + i);
            awaitPlace(address);
        }

        int kept = 0;
        for (Wire each : silent) {
            kept += isOpen(each) ? 1 : 0;
        }
        assertThat(kept).as("none goes in vain").isBetween(15, 19);
    }

    @Test
    void tunnelsThatAreUsedAndRequestsThatWaitForTheAppKeepTheirPlaces() throws IOException {
        router.close();
        router = router(20, "none", "3s");
        for (int i = 0; i < 10; i++) {
            busyClients(1, "127.0.1." + (1 + i));
        }
        List<Wire> tunnels = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Wire tunnel = client("127.0.2." + (1 + i));
            tunnel.send("GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
            assertThat(tunnel.answer().status()).isEqualTo(101);
            tunnels.add(tunnel);
        }
        for (int i = 0; i < 40; i++) {
            passes(Duration.ofMillis(100));
            for (Wire tunnel : tunnels) {
                assertThat(tunnel.send("p").in.read()).isEqualTo('p');
            }
            assertThat(status("127.0.3.1")).isZero();
        }
    }

    @Test
    void requestsUnderWayAreNotCutForTheirOwnAddress() throws IOException {
        List<Wire> busy = busyClients(20, "127.0.0.1");

        assertThat(status("127.0.0.1")).isZero();

        end.countDown();
        for (Wire each : busy) {
            assertThat(each.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anAddressWithMoreThanItsShareMakesRoomForOthers() throws IOException {
        start(40, "none");
        List<Wire> busy = busyClients(40, "127.0.0.2");

        assertThat(status("127.0.0.2")).as("its own newcomer").isZero();
        List<Wire> others = clients(10, "127.0.0.3", SLOW);
        assertThat(status("127.0.0.4")).isEqualTo(200);

        end.countDown();
        for (Wire other : others) {
            assertThat(other.answer().status()).isEqualTo(200);
        }
        int kept = 0;
        for (Wire each : busy) {
            kept += isOpen(each) ? 1 : 0;
        }
        assertThat(kept).as("those that did not have to go").isBetween(28, 30);
    }

    /** Else one address could take the kept connections away from all others, time and again. */
    @Test
    void anAddressWithItsShareTakesPlacesFromItselfOnly() throws IOException {
        start(40, "none");
        List<Wire> others = clients(8, "127.0.0.3", GET);
        for (Wire other : others) {
            other.answer();
        }
        busyClients(32, "127.0.0.2");

        for (int i = 0; i < 20; i++) {
            assertThat(status("127.0.0.2")).isZero();
        }

        for (Wire other : others) {
            assertThat(other.send(GET).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aTrustedProxyHasNoShare() throws IOException {
        start(40, "127.0.0.2");
        List<Wire> busy = busyClients(38, "127.0.0.2");

        assertThat(status("127.0.0.3")).isEqualTo(200);
        busyClients(2, "127.0.0.3");
        assertThat(status("127.0.0.4")).isZero();

        end.countDown();
        for (Wire each : busy) {
            assertThat(each.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void anAppWithMoreThanItsShareMakesRoomForAnother() throws IOException {
        start(40, "none");
        int port = Ports.one();
        RunningRouter.set(router.client, new AppName("other"), port, List.of(app.endpoint()), null, "");
        for (int i = 0; i < 8; i++) {
            busyClients(5, "127.0.1." + (i + 1));
        }

        assertThat(status("127.0.2.1")).as("a newcomer of the same app").isZero();
        assertThat(status("127.0.2.1", port)).isEqualTo(200);
        assertThat(status("127.0.2.2", port)).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff::9, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    })
    void aBlockIsAnAddressOrA64(String one, String other, boolean same) throws UnknownHostException {
        assertThat(AddressBlock.of(InetAddress.getByName(one)).equals(AddressBlock.of(InetAddress.getByName(other))))
                .isEqualTo(same);
    }
}
