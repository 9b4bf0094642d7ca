package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.route.proxy.Listeners;
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

    private final RouteTable table;
    private final Listeners listeners;
    private final TableFile file;
    private final FailureNotices notices;
    private final Map<Integer, String> portErrors = new TreeMap<>();

    public TableKeeper(RouteTable table, Listeners listeners, TableFile file, FailureNotices notices) {
        this.table = table;
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
        file.read().ifPresent(kept -> table.replace(kept.version(), kept.routes()));
        inherited.forEach(listeners::adopt);
        closeWithoutRoute();
        bindMissing(table.wanted());
        portErrors.forEach(this::tell);
    }

    /**
     * Puts the agent's table into force.
     *
     * @return why ports cannot be listened on; they are tried again each second
     * @throws Refusal if it is not newer than the one in force, cannot be kept on disk or makes no sense; then nothing
     *     has changed
     */
    Map<Integer, String> apply(long version, List<AppRoute> routes) {
        if (version <= table.version()) {
            throw new Refusal("the router has version " + table.version() + " of the table already");
        }
        check(routes);
        Set<Integer> before = new TreeSet<>(listeners.ports());
        bindMissing(routes);
        try {
            file.write(version, routes);
        } catch (Refusal e) {
            List<Integer> added = new ArrayList<>(listeners.ports());
            added.removeAll(before);
            listeners.close(added);
            throw e;
        }
        table.replace(version, routes);
        closeWithoutRoute();
        return Map.copyOf(portErrors);
    }

    private void closeWithoutRoute() {
        List<Integer> gone = new ArrayList<>(listeners.ports());
        gone.removeIf(port -> table.route(port) != null);
        listeners.close(gone);
    }

    private static void check(List<AppRoute> routes) {
        RouteTable trial = new RouteTable();
        try {
            routes.forEach(trial::put);
        } catch (IllegalArgumentException e) {
            throw new Refusal("the router does not take this table: " + e.getMessage(), e);
        }
    }

    private void bindMissing(List<AppRoute> routes) {
        List<Integer> missing = new ArrayList<>();
        for (AppRoute route : routes) {
            missing.addAll(route.ports());
        }
        missing.removeAll(listeners.ports());
        portErrors.clear();
        portErrors.putAll(listeners.bind(missing));
    }

    /** Tries the ports again that could not be had. */
    public void retryPorts() {
        if (portErrors.isEmpty()) {
            return;
        }
        List<Integer> lost = List.copyOf(portErrors.keySet());
        bindMissing(table.wanted());
        for (int port : lost) {
            Route route = table.route(port);
            if (route != null && !portErrors.containsKey(port)) {
                LOG.info(
                        "port {} of {} is listened on again",
                        port,
                        route.wanted().app());
                notices.add(ControlMessage.portBack(route.wanted().app(), port));
            }
        }
    }

    private void tell(int port, String why) {
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
