package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tinyserv.agent.config.WithoutIpv6;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over which families SSH can be reached. */
class SshBindTest {
    @TempDir
    Path root;

    private static boolean greets(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 2000);
            socket.setSoTimeout(10_000);
            return new String(socket.getInputStream().readNBytes(4), StandardCharsets.US_ASCII).equals("SSH-");
        } catch (IOException e) {
            return false;
        }
    }

    private static RunningServer server(Path root, String bind) {
        return new RunningServer(root, call -> 0, Map.of("TINYSERV_BIND", bind));
    }

    @ParameterizedTest
    @CsvSource({
        "'', true, true",
        "*, true, true",
        "::, true, true",
        "0.0.0.0, true, false",
        "127.0.0.1, true, false",
        "::1, false, true",
    })
    void isWhatTheSettingSays(String bind, boolean ipv4, boolean ipv6) {
        assumeFalse(WithoutIpv6.isThisMachine(), "this machine has no IPv6");
        try (RunningServer server = server(root, bind)) {
            assertThat(greets("127.0.0.1", server.server.port())).as("IPv4").isEqualTo(ipv4);
            assertThat(greets("::1", server.server.port())).as("IPv6").isEqualTo(ipv6);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"*", "::", "0.0.0.0", "127.0.0.1"})
    void aMachineWithoutIpv6IsReachedOverIpv4(String bind) throws Exception {
        assertThat(WithoutIpv6.run(SshBindTest.class, root.toString(), bind)).contains("IPv4 true, IPv6 false");
    }

    /** Serves for a moment, and says over what it is reached. */
    public static void main(String[] arguments) {
        try (RunningServer server = server(Path.of(arguments[0]), arguments[1])) {
            int port = server.server.port();
            System.out.println("IPv4 " + greets("127.0.0.1", port) + ", IPv6 " + greets("::1", port));
        }
        System.exit(0);
    }
}
