package dev.tinyserv.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.config.BindAddress.Scope;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindAddressTest {
    @ParameterizedTest
    @CsvSource({
        "*, BOTH_FAMILIES",
        "::, BOTH_FAMILIES",
        "0:0:0:0:0:0:0:0, BOTH_FAMILIES",
        "0.0.0.0, IPV4",
        "127.0.0.1, ONE",
        "::1, ONE",
        "192.0.2.1, ONE",
        "localhost, ONE",
        "a.name.that.leads.nowhere.invalid, ONE",
    })
    void whatIsMeant(String text, Scope scope) {
        assertThat(new BindAddress(text).scope()).isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource({
        "*, ::1, true",
        "*, 192.0.2.1, true",
        "0.0.0.0, 127.0.0.1, true",
        "0.0.0.0, ::, true",
        "0.0.0.0, ::1, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 192.0.2.1, false",
        "127.0.0.1, 0.0.0.0, true",
    })
    void whoIsInTheWay(String text, String other, boolean meets) throws UnknownHostException {
        assertThat(new BindAddress(text).meets(InetAddress.getByName(other))).isEqualTo(meets);
    }
}
