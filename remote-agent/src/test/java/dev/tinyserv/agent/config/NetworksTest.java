package dev.tinyserv.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.buildpacks.base.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.2.3 | 10.1.2.3 | 10.1.2.4",
                "10.0.0.0/8 | 10.255.255.255 | 11.0.0.0",
                "10.1.2.3/8 | 10.9.9.9 | 11.0.0.0",
                "192.168.4.0/22 | 192.168.7.255 | 192.168.8.0",
                "192.0.2.128/25 | 192.0.2.128 | 192.0.2.127",
                "0.0.0.0/0 | 203.0.113.9 | ::1",
                "::/0 | 2001:db8::1 | 127.0.0.1",
                "fd00::/8 | fdff::1 | fe00::1",
                "2001:db8::/33 | 2001:db8:7fff::1 | 2001:db8:8000::1",
                "2001:db8::7 | 2001:db8:0:0::7 | 2001:db8::8",
                "::ffff:10.0.0.0/104 | 10.3.3.3 | 11.0.0.1",
                "::ffff:10.0.0.1 | 10.0.0.1 | 10.0.0.2",
                "10.0.0.1, fd00::/8  192.0.2.0/24 | 192.0.2.9 | 10.0.0.2",
            })
    void anAddressIsInItOrNot(String networks, String in, String out) throws UnknownHostException {
        assertThat(Networks.parse(networks).contains(address(in))).isTrue();
        assertThat(Networks.parse(networks).contains(address(out))).isFalse();
    }

    @Test
    void aMappedAddressCountsAsIpv4() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        mapped[15] = 1;

        InetAddress address = Inet6Address.getByAddress(null, mapped, -1);

        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(Networks.parse("10.0.0.0/24").contains(address)).isTrue();
        assertThat(Networks.parse("::/0").contains(address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "10.0.0",
                "300.0.0.1",
                "::/129",
                "::ffff:10.0.0.0/8",
                "fe80::1%lo",
                "localhost",
                "10.0.0.1,",
                ",",
                "all",
                "10.0.0.1;10.0.0.2",
            })
    void anythingElseIsRefusedWithWhatIsExpected(String text) {
        assertThatThrownBy(() -> Networks.parse(text))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("addresses and networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8");
        assertThatThrownBy(() -> Networks.parse("10.0.0.1,".repeat(300) + "10.0.0.1"))
                .hasMessageContaining("at most 200");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, , true",
        "127.0.0.9, , true",
        "::1, , true",
        "localhost, , true",
        "0.0.0.0, , false",
        "::, , false",
        ", , false",
        "192.0.2.1, , false",
        "127.0.0.1, none, false",
        "127.0.0.1, 10.0.0.1, false",
        "0.0.0.0, 127.0.0.0/8, true",
    })
    void thisMachineIsTrustedWhereOnlyItCanConnect(String bind, String trusted, boolean expected)
            throws UnknownHostException {
        AgentSettings settings = AgentSettings.load(Map.of(
                "TINYSERV_ROOT",
                Path.of("/nowhere").toString(),
                "TINYSERV_BIND",
                bind == null ? "" : bind,
                "TINYSERV_TRUSTED_PROXIES",
                trusted == null ? "" : trusted));

        assertThat(settings.server().trustedProxies().contains(address("127.0.0.1")))
                .isEqualTo(expected);
        assertThat(settings.server().trustedProxies().contains(address("192.0.2.1")))
                .isFalse();
    }
}
