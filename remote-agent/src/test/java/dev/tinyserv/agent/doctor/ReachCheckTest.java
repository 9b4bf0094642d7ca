package dev.tinyserv.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tinyserv.agent.AgentSettings;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.AppState;
import dev.tinyserv.agent.config.WithoutIpv6;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.machine.Kernel;
import dev.tinyserv.agent.route.control.RouterStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Doctor tells from where one reaches what, with real sockets. */
class ReachCheckTest {
    @TempDir
    Path root;

    /** A router that has a port. */
    private record Router(int port) implements Live {
        @Override
        public boolean managed() {
            return false;
        }

        @Override
        public Optional<RouterStatus> router() {
            return Optional.of(new RouterStatus(1, 1, List.of(port), Map.of(), 0, "epoll", 2));
        }

        @Override
        public List<AppState> apps() {
            return List.of();
        }

        @Override
        public List<ProcessStatus> instances(AppName app) {
            return List.of();
        }
    }

    private List<String> look(String bind, int instancePort, Optional<Live> live) {
        Map<String, String> environment = Map.of(
                "TINYSERV_ROOT",
                root.toString(),
                "TINYSERV_BIND",
                bind,
                "TINYSERV_INSTANCE_PORTS",
                instancePort + "-" + instancePort);
        Patient patient = new Patient(
                AgentSettings.load(environment).view(environment),
                environment,
                null,
                new AuthorizedKeys(root.resolve("authorized_keys")),
                Kernel.ofThisMachine(),
                Clock.systemUTC(),
                live,
                true);
        Findings findings = new Findings("Reach");
        new ReachCheck().look(patient, findings);
        return findings.all().stream()
                .map(finding -> finding.level() + " " + finding.text())
                .filter(text -> !text.contains(" SSH (")) // a server of the machine's may be on that port
                .toList();
    }

    private static ServerSocketChannel listening(StandardProtocolFamily family, String address) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open(family);
        socket.bind(new InetSocketAddress(address, 0));
        return socket;
    }

    private static int port(ServerSocketChannel socket) throws IOException {
        return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    }

    @Test
    void aSocketOfBothFamiliesThatTheSettingDoesNotMeanIsTold() throws IOException {
        assumeFalse(WithoutIpv6.isThisMachine(), "needs IPv6");
        try (ServerSocketChannel both = listening(StandardProtocolFamily.INET6, "::")) {
            Optional<Live> live = Optional.of(new Router(port(both)));
            assertThat(look("0.0.0.0", 1, live))
                    .singleElement()
                    .asString()
                    .contains("WARNING")
                    .contains(
                            "apps (port " + port(both)
                                    + "): reachable over IPv4 and IPv6, but TINYSERV_BIND=0.0.0.0 means over IPv4"
                                    + " only",
                            "`tinyserv-remote shutdown`, then `tinyserv-remote startup`");
            assertThat(look("*", 1, live))
                    .singleElement()
                    .asString()
                    .contains("OK", "apps (port " + port(both) + "): reachable over IPv4 and IPv6");
            assertThat(look("127.0.0.1", 1, live))
                    .singleElement()
                    .asString()
                    .contains("WARNING", "means from this machine only");
        }
    }

    @Test
    void aSocketOfIpv4IsTold() throws IOException {
        try (ServerSocketChannel every = listening(StandardProtocolFamily.INET, "0.0.0.0");
                ServerSocketChannel loopback = listening(StandardProtocolFamily.INET, "127.0.0.1")) {
            assertThat(look("0.0.0.0", 1, Optional.of(new Router(port(every)))))
                    .singleElement()
                    .asString()
                    .contains("OK", "reachable over IPv4 only");
            assertThat(look("127.0.0.1", 1, Optional.of(new Router(port(loopback)))))
                    .singleElement()
                    .asString()
                    .contains("OK", "reachable from this machine only");
            assertThat(look("192.0.2.1", 1, Optional.of(new Router(port(loopback)))))
                    .singleElement()
                    .asString()
                    .contains("WARNING", "means at 192.0.2.1 only");
        }
    }

    @Test
    void aProcessThatIsReachedPastTheRouterIsTold() throws IOException {
        try (ServerSocketChannel app = listening(StandardProtocolFamily.INET, "0.0.0.0");
                ServerSocketChannel router = listening(StandardProtocolFamily.INET, "127.0.0.1")) {
            int open = port(app);
            assertThat(look("127.0.0.1", open, Optional.of(new Router(port(router)))))
                    .anyMatch(text -> text.contains("processes of apps (port " + open
                            + "): reachable past the router, unless a firewall closes"));
        }
    }

    @Test
    void aNameThatLeadsNowhereIsTold() {
        assertThat(look("nowhere.invalid", 1, Optional.empty()))
                .singleElement()
                .asString()
                .contains("PROBLEM", "TINYSERV_BIND=nowhere.invalid leads to no address");
    }

    @Test
    void withoutAnAgentWhatWillBeIsTold() {
        assertThat(look("0.0.0.0", 1, Optional.empty()))
                .singleElement()
                .asString()
                .contains("OK", "TINYSERV_BIND=0.0.0.0: SSH and apps will be reachable over IPv4 only");
    }
}
