package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AddressBlock;
import dev.tinyserv.agent.app.AppName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has a place when all are taken. */
class PlacesTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final byte[] PART = new byte[64 * 1024];
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";

    @TempDir
    Path root;

    private final List<Wire> clients = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private Backend app;
    private RunningRouter router;

    @BeforeEach
    void start() throws IOException {
        app = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                if (head.startsWith("GET /slow")) {
                    awaitEnd();
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

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RunningRouter router(int places, String trusted) {
        Map<String, String> settings = Map.of(
                "TINYSERV_MAX_CLIENTS",
                Integer.toString(places),
                "TINYSERV_TRUSTED_PROXIES",
                trusted,
                "TINYSERV_FIRST_BYTE_TIMEOUT",
                "60s");
        return RunningRouter.in(root.resolve(places + trusted), settings).routing(app.endpoint());
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
        wire.socket.setSoTimeout(300);
        try {
            return wire.in.read() >= 0;
        } catch (java.net.SocketTimeoutException e) {
            return true;
        } catch (java.net.SocketException e) {
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
    @ValueSource(strings = {"", "a part", "Expect"})
    void bodiesThatDoNotComeMakeRoom(String kind) throws IOException {
        String post = switch (kind) {
            case "" -> POST;
            case "a part" -> POST + "abc";
            case "Expect" -> POST.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n");
            default -> POST.replace("Content-Length: 10", "Transfer-Encoding: chunked") + "5\r\nab";
        };
        clients(20, "127.0.0.1", post);
        RunningRouter.await(() -> router.client.status().underWay() == 20);

        RunningRouter.await(() -> status("127.0.0.1") == 200);
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

        RunningRouter.await(Duration.ofSeconds(10), () -> status("127.0.0.1") == 200);
    }

    @Test
    void answersThatNobodyTakesMakeRoom() throws IOException {
        for (Wire each : clients(20, "127.0.0.1", "GET /large HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(each.in.read()).isEqualTo('H');
        }

        RunningRouter.await(() -> status("127.0.0.1") == 200);
    }

    @Test
    void idleConnectionsGoFirstThenBodies() throws IOException {
        List<Wire> bodies = clients(10, "127.0.0.1", POST);
        RunningRouter.await(() -> router.client.status().underWay() == 10);
        for (Wire idle : clients(10, "127.0.0.1", GET)) {
            idle.answer();
        }

        for (int i = 0; i < 10; i++) {
            assertThat(status("127.0.0.1")).isEqualTo(200);
        }

        for (Wire body : bodies) {
            assertThat(body.send("0123456789").answer().body()).isEqualTo("0123456789");
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
        int port = RunningRouter.freePort();
        router.client.set(new AppName("other"), port, List.of(app.endpoint()), null, "");
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
