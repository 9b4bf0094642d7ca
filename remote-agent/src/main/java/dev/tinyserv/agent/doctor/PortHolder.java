package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.run.runtime.Listeners;
import dev.tinyserv.agent.run.runtime.Listeners.Listener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Who listens on a port that is ours. */
final class PortHolder {
    private PortHolder() {}

    /** Those of a port whose socket keeps us from listening on this address. */
    static List<Listener> inTheWay(List<Listener> ofPort, String bind) {
        return ofPort.stream()
                .filter(listener -> overlaps(listener.address(), bind))
                .toList();
    }

    /** Who holds the socket, in words: the kernel tells it of processes of our own user only, and root everything. */
    static String describe(Listener listener) {
        return ProcessHandle.allProcesses()
                .filter(process -> Listeners.socketsOf(process.pid()).contains(listener.inode()))
                .map(process -> "pid " + process.pid()
                        + process.info()
                                .command()
                                .map(command -> " (" + command.substring(command.lastIndexOf('/') + 1) + ")")
                                .orElse(""))
                .findFirst()
                .orElse("a process of another user (`ss -ltnp` as root names it)");
    }

    private static boolean overlaps(InetAddress address, String bind) {
        try {
            InetAddress ours = InetAddress.getByName(bind);
            return ours.isAnyLocalAddress() || address.isAnyLocalAddress() || address.equals(ours);
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
