package dev.tinyserv.agent.run;

import dev.tinyserv.agent.config.PortRange;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives out the private ports of instances in turn, so that a port rests as long as possible before it is used again. A
 * port is taken until no process of its instance is left. Safe for several threads.
 */
final class InstancePorts {
    private final PortRange range;
    private final Set<Integer> taken = new HashSet<>();
    private int next;

    InstancePorts(PortRange range) {
        this.range = range;
        this.next = range.first();
    }

    /** Takes a port that no instance has and nobody listens on. */
    int take() {
        for (int i = 0; i < range.size(); i++) {
            int port = reserveNext();
            if (port < 0) {
                break;
            }
            if (isFree(port)) {
                return port;
            }
            free(port);
        }
        throw new Refusal("no port from " + range.first() + " to " + range.last()
                + " is free; widen TINYSERV_INSTANCE_PORTS and restart the agent");
    }

    /** Takes the port for an instance that an earlier agent started. */
    synchronized void reserve(int port) {
        taken.add(port);
    }

    synchronized void free(int port) {
        taken.remove(port);
    }

    private synchronized int reserveNext() {
        for (int i = 0; i < range.size(); i++) {
            int port = next;
            next = port == range.last() ? range.first() : port + 1;
            if (taken.add(port)) {
                return port;
            }
        }
        return -1;
    }

    /** A bind to one address may succeed beside a listener on another, so the kernel's table is asked too. */
    private static boolean isFree(int port) {
        if (!Listeners.on(port).isEmpty()) {
            return false;
        }
        return binds(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                && binds(new InetSocketAddress(port));
    }

    private static boolean binds(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address, 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
