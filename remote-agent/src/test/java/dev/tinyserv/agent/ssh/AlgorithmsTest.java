package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the first packet of the server offers, whatever a client says; strict key exchange among it (CVE-2023-48795). */
@Timeout(180)
class AlgorithmsTest {
    private static final int KEXINIT = 20;
    private static final int COOKIE = 16;
    private static final int LISTS = 8;

    @TempDir
    Path folder;

    /** CVE-2023-48795 (Terrapin): strict key exchange is offered; nothing weak is. */
    @Test
    void strictKeyExchangeIsOfferedAndNothingWeak() throws IOException {
        List<List<String>> offered = offered();

        assertThat(offered.get(0))
                .contains("kex-strict-s-v00@openssh.com", "curve25519-sha256", "mlkem768x25519-sha256");
        assertThat(offered.get(1)).containsExactly("ssh-ed25519");
        for (List<String> names : offered) {
            assertThat(names).allMatch(name -> !name.matches(".*(sha1|md5|cbc|arcfour|3des|dss|group1-|nistp).*"));
        }
        assertThat(offered.get(4)).allMatch(name -> name.endsWith("-etm@openssh.com"));
        assertThat(offered.get(6)).containsExactly("none");
    }

    private List<List<String>> offered() throws IOException {
        try (RunningServer running = new RunningServer(folder, new EchoHandler(), Map.of());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.server.port())) {
            socket.getOutputStream().write("SSH-2.0-test\r\n".getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int last = in.read(); last != '\n'; last = in.read()) {
                assertThat(last).as("the end of the greeting").isNotNegative();
            }
            in.readInt();
            in.readByte();
            assertThat(in.read()).isEqualTo(KEXINIT);
            in.skipNBytes(COOKIE);
            List<List<String>> lists = new ArrayList<>();
            for (int i = 0; i < LISTS; i++) {
                byte[] names = new byte[in.readInt()];
                in.readFully(names);
                lists.add(List.of(new String(names, StandardCharsets.US_ASCII).split(",", -1)));
            }
            return lists;
        }
    }
}
