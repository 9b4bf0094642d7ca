package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.route.proxy.Listeners;
import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.Route;
import dev.tinyserv.agent.route.table.RouteTable;
import dev.tinyserv.agent.route.table.TableFile;
import dev.tinyserv.buildpacks.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts tables into force: ports, file, memory, in this order. Used by the control thread only. */
public final class TableKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(TableKeeper.class);

    private final Traffic traffic;
    private final Listeners listeners;
    private final TableFile file;
    private final FailureNotices notices;
    private final Map<Integer, String> portErrors = new TreeMap<>();

    public TableKeeper(Traffic traffic, Listeners listeners, TableFile file, FailureNotices notices) {
        this.traffic = traffic;
        this.listeners = listeners;
        this.file = file;
        this.notices = notices;
    }

    /**
     * Serves the table that was kept, as far as its ports can be had; lost ports are told to the agent.
     *
     * @param inherited listening sockets of a predecessor, for which there must be routes before they accept
     */
    public void restore(List<Integer> inherited) {
        RouteTable kept = file.read(traffic.table());
        traffic.change(kept);
        inherited.forEach(listeners::adopt);
        closeWithoutRoute(kept);
        bindMissing(kept);
        portErrors.forEach((port, why) -> tell(kept, port, why));
    }

    /**
     * Puts the agent's table into force.
     *
     * @return why ports cannot be listened on; they are tried again each second
     * @throws Refusal if it is not newer than the one in force, cannot be kept on disk or makes no sense; then nothing
     *     has changed
     */
    Map<Integer, String> apply(long version, List<AppRoute> routes) {
        RouteTable former = traffic.table();
        if (version <= former.version()) {
            throw new Refusal("the router has version " + former.version() + " of the table already");
        }
        RouteTable next = next(former, version, routes);
        Set<Integer> before = new TreeSet<>(listeners.ports());
        bindMissing(next);
        try {
            file.write(next);
        } catch (Refusal e) {
            List<Integer> added = new ArrayList<>(listeners.ports());
            added.removeAll(before);
            listeners.close(added);
            throw e;
        }
        traffic.change(next);
        closeWithoutRoute(next);
        return Map.copyOf(portErrors);
    }

    private void closeWithoutRoute(RouteTable table) {
        List<Integer> gone = new ArrayList<>(listeners.ports());
        gone.removeIf(port -> table.route(port) != null);
        listeners.close(gone);
    }

    private static RouteTable next(RouteTable former, long version, List<AppRoute> routes) {
        try {
            return former.next(version, routes);
        } catch (IllegalArgumentException e) {
            throw new Refusal("the router does not take this table: " + e.getMessage(), e);
        }
    }

    private void bindMissing(RouteTable table) {
        List<Integer> missing = new ArrayList<>();
        for (AppRoute route : table.wanted()) {
            if (!listeners.ports().contains(route.port())) {
                missing.add(route.port());
            }
        }
        portErrors.clear();
        portErrors.putAll(listeners.bind(missing));
    }

    /** Tries the ports again that could not be had. */
    public void retryPorts() {
        if (portErrors.isEmpty()) {
            return;
        }
        List<Integer> lost = List.copyOf(portErrors.keySet());
        bindMissing(traffic.table());
        for (int port : lost) {
            Route route = traffic.table().route(port);
            if (route != null && !portErrors.containsKey(port)) {
                LOG.info(
                        "port {} of {} is listened on again",
                        port,
                        route.wanted().app());
                notices.add(ControlMessage.portBack(route.wanted().app(), port));
            }
        }
    }

    private void tell(RouteTable table, int port, String why) {
        Route route = table.route(port);
        if (route != null) {
            LOG.warn("cannot listen on port {} of {}: {}", port, route.wanted().app(), why);
            notices.add(ControlMessage.portLost(route.wanted().app(), port, why));
        }
    }

    Map<Integer, String> portErrors() {
        return Map.copyOf(portErrors);
    }
}
