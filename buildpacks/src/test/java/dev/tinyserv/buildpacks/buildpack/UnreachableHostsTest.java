package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreachableHostsTest {
    private static String remedy(String... lines) {
        UnreachableHosts hosts = new UnreachableHosts();
        for (String line : lines) {
            hosts.look(line);
        }
        return hosts.remedy();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "npm error getaddrinfo ENOTFOUND get.example.com",
                "reason: getaddrinfo EAI_AGAIN get.example.com",
                "getaddrinfo EAI_AGAIN get.example.com:443",
                "fatal: unable to access 'https://get.example.com/x/': Could not resolve host: get.example.com",
                "  ssh: Could not resolve hostname get.example.com: Name or service not known",
                "curl: (6) Could not resolve host: get.example.com",
                "wget: unable to resolve host address \u2018get.example.com\u2019",
                "php_network_getaddresses: getaddrinfo for get.example.com failed: Name or service not known",
                "Caused by: java.net.UnknownHostException: get.example.com",
                "Could not transfer artifact a:b:1 from/to x (https://x): Unknown host get.example.com: Name or",
                "Attempt 3/11 failed. Reason: get.example.com",
                "dial tcp: lookup get.example.com on 10.0.0.1:53: no such host",
                "Max retries exceeded (Caused by NameResolutionError(\"Failed to resolve 'get.example.com' ([Errno",
                "Failed to open TCP connection (getaddrinfo(3): Name or service not known (get.example.com:443))",
                "getaddrinfo: Temporary failure in name resolution (get.example.com:443)",
            })
    void knowsTheWordsOfEachLanguage(String line) {
        assertThat(remedy("a line", line, "another"))
                .isEqualTo(": the server cannot find the host get.example.com: let it reach that host and push again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Attempt 3/11 failed. Reason: Connect timed out",
                "could not resolve host names",
                "getaddrinfo ENOTFOUND db",
                "Downloading https://get.example.com/x",
            })
    void saysNothingOfOtherLines(String line) {
        assertThat(remedy(line)).isEmpty();
    }

    @Test
    void isNotHeldUpByHostileLines() {
        assertThat(remedy("getaddrinfo ENOTFOUND " + "a.".repeat(100_000), "Unknown host " + "a-".repeat(900)))
                .isEmpty();
    }
}
