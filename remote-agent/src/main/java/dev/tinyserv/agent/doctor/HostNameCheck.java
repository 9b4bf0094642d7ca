package dev.tinyserv.agent.doctor;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The name TINYSERV_HOST, which printed URLs have, leads to this machine. */
final class HostNameCheck implements Check {
    private static final long LIMIT_SECONDS = 3;

    @Override
    public void look(Patient patient, Findings findings) {
        String host = patient.settings().server().host();
        if (host.isEmpty()) {
            findings.ok("TINYSERV_HOST is not set: URLs have the address that the client used");
            return;
        }
        List<InetAddress> addresses = addressesOf(host);
        if (addresses.isEmpty()) {
            findings.warning(
                    "TINYSERV_HOST=" + host + " is a name without an address",
                    "correct it, or make the name known in DNS or /etc/hosts");
        } else if (addresses.stream().noneMatch(HostNameCheck::isOurs)) {
            findings.warning(
                    "TINYSERV_HOST=" + host + " leads to " + addresses.get(0).getHostAddress()
                            + ", which is no address of this machine",
                    "correct it, unless that address passes connections on to here");
        } else {
            findings.ok("TINYSERV_HOST=" + host + " leads here");
        }
    }

    private static List<InetAddress> addressesOf(String host) {
        try {
            return CompletableFuture.supplyAsync(() -> resolve(host)).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static List<InetAddress> resolve(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}
