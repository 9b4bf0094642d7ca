package dev.tinyserv.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenersTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.9", "::1"})
    void aListenerIsFoundWithItsAddressAndOwner(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            List<Listeners.Listener> found = Listeners.on(socket.getLocalPort());
            assertThat(found).hasSize(1);
            assertThat(found.get(0).address()).isEqualTo(address);
            assertThat(Listeners.socketsOf(ProcessHandle.current().pid()))
                    .contains(found.get(0).inode());
        }
    }

    @Test
    void onlyThoseThatAreAskedForAreFound() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            assertThat(Listeners.on(Set.of(one.getLocalPort(), two.getLocalPort())))
                    .extracting(Listeners.Listener::port)
                    .containsExactlyInAnyOrder(one.getLocalPort(), two.getLocalPort())
                    .doesNotContain(other.getLocalPort());
        }
    }

    @Test
    void aClosedSocketIsNoListener() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(Listeners.on(port)).isEmpty();
    }

    @Test
    void aProcessThatIsNotThereHasNoSockets() {
        assertThat(Listeners.socketsOf(Long.MAX_VALUE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1:80", "::, [::]:80", "fe80::1, [fe80:0:0:0:0:0:0:1]:80"})
    void anEndpointIsWrittenAsInAnAddressOfTheWeb(String host, String endpoint) throws IOException {
        assertThat(new Listeners.Listener(InetAddress.getByName(host), 80, 1).endpoint())
                .isEqualTo(endpoint);
    }
}
