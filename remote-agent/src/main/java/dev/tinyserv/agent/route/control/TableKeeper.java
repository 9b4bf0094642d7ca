package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.route.handover.Predecessor;
import dev.tinyserv.agent.route.proxy.Listeners;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.Route;
import dev.tinyserv.agent.route.table.RouteFiles;
import dev.tinyserv.agent.route.table.RouteTable;
import dev.tinyserv.agent.route.table.TableFile;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies routes, in memory and to the ports. A router starts from the agent's files of routes. The table in one file,
 * as version 0.1 keeps it, is written only for a router of that version or one that leaves. Used by the control thread
 * only.
 */
public final class TableKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(TableKeeper.class);

    private final RouteTable table;
    private final Listeners listeners;
    private final TableFile file;
    private final RouteFiles files;
    private final FailureNotices notices;
    private final Map<Integer, String> portErrors = new TreeMap<>();
    private volatile Predecessor predecessor = Predecessor.NONE;
    /** Whether all that the agent wants stands in its files. */
    private boolean byFiles;

    public TableKeeper(
            RouteTable table, Listeners listeners, TableFile file, RouteFiles files, FailureNotices notices) {
        this.table = table;
        this.listeners = listeners;
        this.file = file;
        this.files = files;
        this.notices = notices;
    }

    /** Notes the router that handed its sockets over. Until it ends, it follows the table in one file. */
    public void follows(Predecessor former) {
        predecessor = former;
    }

    /** Whether the router that handed its sockets over still runs. */
    boolean isFollowed() {
        return predecessor.isAlive();
    }

    /**
     * Applies the routes on disk, and tells the agent on which ports the router cannot listen. An app's file overrides
     * the table in one file if it is of a later change.
     *
     * @param inherited listening sockets of a predecessor, for which there must be routes before they accept
     */
    public void restore(List<Integer> inherited) {
        file.read().ifPresent(kept -> table.replace(kept.version(), kept.routes()));
        long base = table.version();
        for (RouteFiles.Versioned kept : files.readAll()) {
            if (kept.version() > base) {
                put(kept);
            }
        }
        inherited.forEach(listeners::adopt);
        closeWithoutRoute(listeners.ports());
        bindMissing();
        portErrors.forEach(this::tell);
    }

    private void put(RouteFiles.Versioned kept) {
        try {
            table.put(kept.route());
            table.version(kept.version());
        } catch (IllegalArgumentException e) {
            LOG.error("the route of {} cannot be served: {}", kept.route().app(), e.getMessage());
        }
    }

    /**
     * Applies the table of an agent of version 0.1, and deletes the files of routes, which are outdated now.
     *
     * @return why the router cannot listen on ports; they are tried again each second
     * @throws Refusal if the table is not newer than the one in force, cannot be written or is invalid; then nothing
     *     has changed
     */
    Map<Integer, String> apply(long version, List<AppRoute> routes) {
        if (version <= table.version()) {
            throw new Refusal("the router has version " + table.version() + " of the table already");
        }
        check(routes);
        file.write(version, routes);
        byFiles = false;
        files.deleteAll();
        replace(version, routes);
        return Map.copyOf(portErrors);
    }

    private static void check(List<AppRoute> routes) {
        try {
            RouteTable.require(routes);
        } catch (IllegalArgumentException e) {
            throw new Refusal("the router does not take this table: " + e.getMessage(), e);
        }
    }

    private void replace(long version, Collection<AppRoute> routes) {
        table.replace(version, routes);
        bindMissing();
        closeWithoutRoute(listeners.ports());
    }

    /**
     * Applies all the agent's files, and no other route.
     *
     * @param unwritten apps whose routes stay as they are
     * @return why fronts cannot be had; ports are tried again each second
     */
    Map<String, String> applyAll(long version, List<AppName> unwritten) {
        Map<AppName, AppRoute> routes = new LinkedHashMap<>();
        files.readAll().forEach(kept -> routes.put(kept.route().app(), kept.route()));
        for (AppName app : unwritten) {
            Route former = table.route(app);
            routes.remove(app);
            if (former != null) {
                routes.put(app, former.wanted());
            }
        }
        replace(version, routes.values());
        byFiles = true;
        keepForOthers();
        Map<String, String> errors = new TreeMap<>();
        portErrors.forEach((port, why) -> errors.put(String.valueOf(port), why));
        table.contended().forEach(app -> errors.putAll(errors(app)));
        return errors;
    }

    /**
     * Applies an app's file, or removes its route if there is none.
     *
     * @return why fronts cannot be had; ports are tried again each second
     * @throws Refusal if the file cannot be read or is invalid, or the agent has not sent all; then nothing has
     *     changed. Also if the table in one file cannot be written for a router that leaves, with the route in force
     */
    Map<String, String> apply(long version, AppName app) {
        if (!byFiles) {
            throw new Refusal("the router has not been told to read all routes yet");
        }
        Route former = table.route(app);
        Optional<RouteFiles.Versioned> kept = files.read(app);
        try {
            kept.ifPresentOrElse(file -> table.put(file.route()), () -> table.remove(app));
        } catch (IllegalArgumentException e) {
            throw new Refusal("the router does not take the route of " + app + ": " + e.getMessage(), e);
        }
        table.version(version);
        kept.ifPresent(file -> bind(file.route().ports()));
        if (former != null) {
            closeWithoutRoute(former.wanted().ports());
        }
        keepForOthers();
        return errors(app);
    }

    /** Why the router cannot serve some of the app's fronts, by front. */
    private Map<String, String> errors(AppName app) {
        Map<String, String> errors = new TreeMap<>();
        Route route = table.route(app);
        for (int port : route == null ? List.<Integer>of() : route.wanted().ports()) {
            String why = portErrors.get(port);
            if (why != null) {
                errors.put(String.valueOf(port), why);
            }
        }
        table.taken(app).forEach((front, holder) -> errors.put(front.toString(), "it is " + holder + "'s"));
        return errors;
    }

    /** Writes the table in one file for a router that leaves; else deletes it, as it would be outdated. */
    private void keepForOthers() {
        if (isFollowed()) {
            writeTable();
        } else {
            deleteTable();
        }
    }

    /** Deletes the table in one file. A failure is only logged: the routes are in force, so they are not refused. */
    private void deleteTable() {
        try {
            file.delete();
        } catch (Refusal e) {
            LOG.error("an outdated table of routes stays: {}", e.getMessage());
        }
    }

    /** Writes the table in one file, for a successor of any version; throws a {@link Refusal} if that fails. */
    public void writeTable() {
        file.write(table.version(), table.wanted());
    }

    private void closeWithoutRoute(Collection<Integer> ports) {
        List<Integer> gone = new ArrayList<>(ports);
        gone.removeIf(port -> table.route(port) != null);
        listeners.close(gone);
        portErrors.keySet().removeAll(gone);
    }

    private void bindMissing() {
        List<Integer> wanted = new ArrayList<>();
        table.wanted().forEach(route -> wanted.addAll(route.ports()));
        portErrors.keySet().retainAll(wanted);
        bind(wanted);
    }

    private void bind(Collection<Integer> wanted) {
        List<Integer> missing = new ArrayList<>(wanted);
        missing.removeIf(listeners.ports()::contains);
        Map<Integer, String> errors = listeners.bind(missing);
        portErrors.keySet().removeAll(missing);
        portErrors.putAll(errors);
    }

    /** Tries again to listen on the lost ports. */
    public void retryPorts() {
        List<Integer> lost = List.copyOf(portErrors.keySet());
        bind(lost);
        for (int port : lost) {
            Route route = table.route(port);
            if (route != null && !portErrors.containsKey(port)) {
                AppName app = route.wanted().app();
                LOG.info("port {} of {} is listened on again", port, app);
                notices.add(new ControlMessage.PortBack(app, port));
            }
        }
    }

    private void tell(int port, String why) {
        Route route = table.route(port);
        if (route != null) {
            LOG.warn("cannot listen on port {} of {}: {}", port, route.wanted().app(), why);
            notices.add(new ControlMessage.PortLost(route.wanted().app(), port, why));
        }
    }

    Map<Integer, String> portErrors() {
        return Map.copyOf(portErrors);
    }
}
