package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.config.PortRange;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstancePortsTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "127.0.0.9"})
    void aPortThatAStrangerListensOnIsPassedOver(String address) throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            int port = stranger.getLocalPort();
            InstancePorts ports = new InstancePorts(new PortRange(port, port));
            assertThatThrownBy(ports::take)
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("TINYSERV_INSTANCE_PORTS")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aPortIsGivenOnceUntilItIsFreed() throws IOException {
        int port = Ports.one();
        InstancePorts ports = new InstancePorts(new PortRange(port, port));
        assertThat(ports.take()).isEqualTo(port);
        assertThatThrownBy(ports::take).isInstanceOf(Refusal.class);
        ports.free(port);
        assertThat(ports.take()).isEqualTo(port);
    }

    @Test
    void aFreedPortRestsWhileOthersAreThere() throws IOException {
        int port = Ports.one();
        InstancePorts ports = new InstancePorts(new PortRange(port, port + 20));
        int first = ports.take();
        ports.free(first);
        assertThat(ports.take()).isGreaterThan(first);
    }

    @Test
    void aPortOfARecoveredInstanceIsTaken() throws IOException {
        int port = Ports.one();
        InstancePorts ports = new InstancePorts(new PortRange(port, port));
        ports.reserve(port);
        assertThatThrownBy(ports::take).isInstanceOf(Refusal.class);
    }
}
