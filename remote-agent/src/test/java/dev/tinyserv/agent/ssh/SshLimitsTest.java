package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.keys.SshKeygen;
import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.fault.Campaign;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What strangers, and clients that went away, can hold: the library bounds nothing before a login by itself
 * (mina-sshd#350), and neither what a client opens after it.
 */
@Timeout(180)
@Tag("slow")
class SshLimitsTest {
    @TempDir
    Path folder;

    private final List<Socket> sockets = new ArrayList<>();
    private final EchoHandler handler = new EchoHandler();
    private final List<RunningServer> servers = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        servers.forEach(RunningServer::close);
    }

    @Test
    @Tag("thorough")
    void hundredsOfGarbageConnectionsShutNobodyOut() throws Exception {
        RunningServer running = serve(Map.of(), Duration.ofSeconds(30));
        Path ada = running.key("ada", "");
        byte[][] garbage = {
            {},
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8),
            new byte[3000],
            "SSH-2.0-x".getBytes(StandardCharsets.UTF_8),
            "SSH-1.5-old\r\n".getBytes(StandardCharsets.UTF_8),
        };
        for (int i = 0; i < 500; i++) {
            say(connect(running, 1 + i % 100), garbage[i % garbage.length]);
            if (i % 100 == 99) {
                Ssh ssh = Ssh.run(running.ssh(ada, "127.0.0.1", "exit 9"));
                assertThat(ssh.status()).as(ssh.err()).isEqualTo(9);
            }
        }
        long open = sockets.stream().filter(SshLimitsTest::isOpen).count();
        assertThat(open)
                .as("connections that the server still holds: in and parked")
                .isLessThanOrEqualTo(150);
    }

    @Test
    @Tag("thorough")
    void oneAddressHoldsAtMostItsShare() throws Exception {
        RunningServer running = serve(Map.of(), Duration.ofSeconds(30));
        for (int i = 0; i < 120; i++) {
            say(connect(running, 1), "SSH-2.0-slow\r\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(sockets.stream().filter(SshLimitsTest::isOpen).count()).isLessThanOrEqualTo(60);

        Path ada = running.key("ada", "");
        Ssh other = Ssh.run(running.ssh(ada, "-b", "127.0.0.2", "127.0.0.1", "exit 9"));
        assertThat(other.status()).as(other.err()).isEqualTo(9);
    }

    @Test
    void manyClientsOfOneMachineAtOnceAllLogIn() throws Exception {
        RunningServer running = serve(Map.of(), Duration.ofSeconds(30));
        Path ada = running.key("ada", "");
        Ssh.run(running.ssh(ada, "127.0.0.1", "exit 9"));
        // So many have places at once; of more, those that exchange no keys within five seconds make room.
        int clientsAtOnce = Campaign.count(20, 50);
        List<Process> clients = new ArrayList<>();
        try {
            for (int i = 0; i < clientsAtOnce; i++) {
                clients.add(new ProcessBuilder(running.ssh(ada, "127.0.0.1", "exit 9")).start());
            }
            for (Process client : clients) {
                assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(client.exitValue())
                        .as(new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(9);
            }
        } finally {
            clients.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void whoDoesNotLogInIsClosed() throws Exception {
        RunningServer running = serve(Map.of("TINYSERV_LOGIN_TIMEOUT", "1s"), Duration.ofSeconds(30));
        Socket socket = connect(running, 1);
        socket.setSoTimeout(30_000);
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .as("what is said before the end")
                .startsWith("SSH-2.0-");
    }

    @Test
    void sessionsAreBounded() throws Exception {
        RunningServer running = serve(Map.of("TINYSERV_MAX_SESSIONS", "1"), Duration.ofSeconds(30));
        Path ada = running.key("ada", "");
        Process first = new ProcessBuilder(running.ssh(ada, "127.0.0.1", "wait")).start();
        assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
        Ssh second = Ssh.run(running.ssh(ada, "127.0.0.1", "exit 9"));
        assertThat(second.status()).isEqualTo(255);
        assertThat(second.err()).contains("TINYSERV_MAX_SESSIONS");

        first.destroyForcibly();
        assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        Eventually.until(
                "a third one gets in",
                () -> Ssh.run(running.ssh(ada, "127.0.0.1", "exit 9")).status() == 9);
    }

    @Test
    void aClientThatDoesNotAnswerIsGoneAfterThreeHeartbeats() throws Exception {
        RunningServer running = serve(Map.of(), Duration.ofMillis(200));
        Path ada = running.key("ada", "");
        Process frozen = new ProcessBuilder(running.ssh(ada, "127.0.0.1", "wait")).start();
        try {
            assertThat(handler.started.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(handler.cancelled.await(2, TimeUnit.SECONDS))
                    .as("a client that answers stays")
                    .isFalse();
            SshKeygen.run(List.of("kill", "-STOP", Long.toString(frozen.pid())));
            assertThat(handler.cancelled.await(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            frozen.destroyForcibly();
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsUpOnlyItself() throws Exception {
        RunningServer running = serve(Map.of(), Duration.ofSeconds(30));
        Path ada = running.key("ada", "");
        Process stalled = new ProcessBuilder(running.ssh(ada, "127.0.0.1", "spew 200000000")).start();
        try {
            stalled.getInputStream().read();
            assertThat(Ssh.run(running.ssh(ada, "127.0.0.1", "exit 9")).status())
                    .isEqualTo(9);
        } finally {
            stalled.destroyForcibly();
        }
    }

    private RunningServer serve(Map<String, String> settings, Duration heartbeat) {
        RunningServer running = new RunningServer(folder, handler, settings, heartbeat);
        servers.add(running);
        return running;
    }

    private Socket connect(RunningServer running, int lastByte) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(5_000);
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) lastByte}), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), running.server.port()), 5_000);
        return socket;
    }

    private static void say(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            assert true : "closed already, which is fine";
        }
    }

    private static boolean isOpen(Socket socket) {
        try {
            socket.setSoTimeout(200);
            byte[] bytes = new byte[8192];
            while (socket.getInputStream().read(bytes) >= 0) {
                assert true : "the greeting";
            }
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
