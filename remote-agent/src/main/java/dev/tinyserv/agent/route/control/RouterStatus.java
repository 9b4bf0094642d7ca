package dev.tinyserv.agent.route.control;

import java.util.List;
import java.util.Map;

/**
 * The status of the router.
 *
 * @param pid the pid of its process
 * @param version the version of the table that it serves; 0 before the first
 * @param ports the stable ports that it listens on
 * @param portErrors why it cannot listen on other wanted ports, by port
 * @param underWay requests and tunnels under way
 * @param transport {@code epoll}, or {@code nio} where a successor cannot take the sockets over
 * @param speaks 2 if it reads the files of routes; 0 for version 0.1, which does not say
 */
public record RouterStatus(
        long pid,
        long version,
        List<Integer> ports,
        Map<Integer, String> portErrors,
        int underWay,
        String transport,
        int speaks) {
    /** Copies the collections. */
    public RouterStatus {
        ports = List.copyOf(ports);
        portErrors = Map.copyOf(portErrors);
    }
}
