package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.run.runtime.Listeners;
import dev.tinyserv.agent.run.runtime.Listeners.Listener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Who listens on a port that is ours. */
final class PortHolder {
    private PortHolder() {}

    /** Those whose socket keeps us from listening on this address. */
    static List<Listener> inTheWay(List<Listener> all, String bind, int port) {
        return all.stream()
                .filter(listener -> listener.port() == port && overlaps(listener.address(), bind))
                .toList();
    }

    /** Whether the process has one of these sockets open; false if there is no such process. */
    static boolean holds(OptionalLong pid, List<Listener> listeners) {
        if (pid.isEmpty()) {
            return false;
        }
        Set<Long> sockets = Listeners.socketsOf(pid.getAsLong());
        return listeners.stream().anyMatch(listener -> sockets.contains(listener.inode()));
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
