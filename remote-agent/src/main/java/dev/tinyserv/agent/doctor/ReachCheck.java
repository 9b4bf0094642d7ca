package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.BindAddress;
import dev.tinyserv.agent.config.PortRange;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import dev.tinyserv.agent.route.control.RouterStatus;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Tells from where SSH, the apps' ports and the private ports of processes can be reached. Sockets outlive an upgrade
 * and a change of TINYSERV_BIND: for sockets that are not as the setting says, it tells what would change them.
 */
final class ReachCheck implements Check {
    private static final int MOST_NAMED = 5;
    private static final String REMEDY =
            "`tinyserv-remote shutdown`, then `tinyserv-remote startup`: a restart keeps the sockets that there are";

    @Override
    public void look(Patient patient, Findings findings) {
        boolean ipv6 = patient.kernel()
                .text("proc/net/if_inet6")
                .filter(text -> !text.isBlank())
                .isPresent();
        BindAddress bind = patient.settings().server().bind();
        String wanted = reach(bind, ipv6);
        if (patient.live().isEmpty()) {
            tellWhatWillBe(bind, wanted, findings);
            return;
        }
        List<Listener> listeners = Listeners.all();
        Map<Integer, Set<InetAddress>> addresses = listeners.stream()
                .collect(Collectors.groupingBy(
                        Listener::port, Collectors.mapping(Listener::address, Collectors.toSet())));
        int ssh = patient.settings().server().sshPort();
        tell("SSH", Set.of(ssh), addresses, bind, ipv6, findings);
        Set<Integer> ports = patient.live()
                .flatMap(Live::router)
                .map(RouterStatus::ports)
                .map(Set::copyOf)
                .orElse(Set.of());
        tell("apps", ports, addresses, bind, ipv6, findings);
        tellOfPrivatePorts(patient.settings().server().instancePorts(), listeners, findings);
    }

    private static void tellWhatWillBe(BindAddress bind, String wanted, Findings findings) {
        if (bind.leadsNowhere()) {
            findings.problem(
                    "TINYSERV_BIND=" + bind + " leads to no address: tinyserv-remote cannot start",
                    "write an address of this machine, or have the name lead to one");
        } else {
            findings.ok("TINYSERV_BIND=" + bind + ": SSH and apps will be reachable " + wanted);
        }
    }

    /** Tells of ports that are reached in the same way in one line. */
    private static void tell(
            String who,
            Set<Integer> ports,
            Map<Integer, Set<InetAddress>> addresses,
            BindAddress bind,
            boolean ipv6,
            Findings findings) {
        Map<String, Set<Integer>> byReach = new TreeMap<>();
        for (int port : ports) {
            Set<InetAddress> there = addresses.getOrDefault(port, Set.of());
            if (!there.isEmpty()) {
                byReach.computeIfAbsent(reach(there, ipv6), reach -> new TreeSet<>())
                        .add(port);
            }
        }
        String wanted = reach(bind, ipv6);
        boolean isName = bind.scope() == BindAddress.Scope.ONE && !bind.isNumeric();
        byReach.forEach((reach, alike) -> {
            String what = who + " (" + numbers(alike) + "): reachable " + reach;
            if (reach.equals(wanted) || isName) {
                findings.ok(what);
            } else {
                findings.warning(what + ", but TINYSERV_BIND=" + bind + " means " + wanted, REMEDY);
            }
        });
    }

    private static String numbers(Set<Integer> ports) {
        String first = ports.stream().limit(MOST_NAMED).map(String::valueOf).collect(Collectors.joining(", "));
        int more = ports.size() - MOST_NAMED;
        return (ports.size() == 1 ? "port " : "ports ") + first + (more > 0 ? " and " + more + " more" : "");
    }

    private static String reach(BindAddress bind, boolean ipv6) {
        return switch (bind.scope()) {
            case BOTH_FAMILIES -> everywhere(ipv6);
            case IPV4 -> "over IPv4 only";
            case ONE -> bind.isLoopback() ? "from this machine only" : "at " + bind.canonical() + " only";
        };
    }

    /** From where these addresses can be reached; our sockets at {@code ::} accept IPv4, too. */
    private static String reach(Set<InetAddress> addresses, boolean ipv6) {
        boolean all = addresses.stream().anyMatch(InetAddress::isAnyLocalAddress);
        if (all) {
            boolean both =
                    addresses.stream().anyMatch(each -> each.isAnyLocalAddress() && each instanceof Inet6Address);
            return both ? everywhere(ipv6) : "over IPv4 only";
        }
        if (addresses.stream().allMatch(InetAddress::isLoopbackAddress)) {
            return "from this machine only";
        }
        return "at "
                + addresses.stream().map(InetAddress::getHostAddress).sorted().collect(Collectors.joining(", "))
                + " only";
    }

    private static String everywhere(boolean ipv6) {
        return ipv6 ? "over IPv4 and IPv6" : "over IPv4 only";
    }

    private static void tellOfPrivatePorts(PortRange range, List<Listener> listeners, Findings findings) {
        IntPredicate isPrivate = range::contains;
        Set<Integer> open = listeners.stream()
                .filter(listener ->
                        isPrivate.test(listener.port()) && !listener.address().isLoopbackAddress())
                .map(Listener::port)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!open.isEmpty()) {
            findings.ok("processes of apps (" + numbers(open)
                    + "): reachable past the router, unless a firewall closes " + range.first() + "-" + range.last());
        }
    }
}
