package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tinyserv.agent.config.WithoutIpv6;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over which families the router can be reached. */
class BindTest {
    @TempDir
    Path root;

    static boolean answers(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
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
        try (RunningRouter router =
                RunningRouter.in(root, Map.of("TINYSERV_BIND", bind)).routing()) {
            assertThat(answers("127.0.0.1", router.port)).as("IPv4").isEqualTo(ipv4);
            assertThat(answers("::1", router.port)).as("IPv6").isEqualTo(ipv6);
        }
    }

    @Test
    void aNameMeansWhatItsAddressDoes() throws Exception {
        assumeFalse(WithoutIpv6.isThisMachine(), "this machine has no IPv6");
        Path hosts = Files.writeString(root.resolve("hosts"), "0.0.0.0 all-of-ipv4\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        BindTest.class.getName(),
                        root.toString(),
                        "all-of-ipv4")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("IPv4 true, IPv6 false");
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"*", "::", "0.0.0.0", "127.0.0.1"})
    void aMachineWithoutIpv6IsReachedOverIpv4(String bind) throws Exception {
        assertThat(WithoutIpv6.run(BindTest.class, root.toString(), bind)).contains("IPv4 true, IPv6 false");
    }

    /** Serves for a moment, and says over what it is reached. */
    public static void main(String[] arguments) {
        try (RunningRouter router = RunningRouter.in(Path.of(arguments[0]), Map.of("TINYSERV_BIND", arguments[1]))
                .routing()) {
            List<Boolean> answers = List.of(answers("127.0.0.1", router.port), answers("::1", router.port));
            System.out.println("IPv4 " + answers.get(0) + ", IPv6 " + answers.get(1));
        }
        System.exit(0);
    }
}
