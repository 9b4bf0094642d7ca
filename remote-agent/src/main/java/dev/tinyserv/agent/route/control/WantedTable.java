package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.route.table.AppRoute;
import dev.tinyserv.agent.route.table.PortRoute;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the agent wants the router to serve, and how far the router has followed: changes are numbered, and a table
 * carries all changes up to one. Not safe for threads by itself.
 */
final class WantedTable {
    private final Map<AppName, AppRoute> routes = new TreeMap<>();
    private boolean complete;
    private long change;
    private long sentChange;
    private long sentVersion;
    private long doneChange;
    private long refusedChange;
    private long version;
    private String refusal = "";
    private Map<Integer, String> portErrors = Map.of();

    void begin(Collection<AppRoute> all) {
        all.forEach(route -> routes.putIfAbsent(route.app(), route));
        complete = true;
        change++;
    }

    /** Wants this route; returns the number of the change. */
    long put(AppRoute route) {
        if (!route.equals(routes.put(route.app(), route)) || refusedChange == change) {
            change++;
        }
        return change;
    }

    long remove(AppName app) {
        if (routes.remove(app) != null) {
            change++;
        }
        return change;
    }

    @Nullable
    AppRoute route(AppName app) {
        return routes.get(app);
    }

    @Nullable
    AppName appAt(int port) {
        for (AppRoute route : routes.values()) {
            if (route.ports().contains(port)) {
                return route.app();
            }
        }
        return null;
    }

    /** A router told which version it has; it must be sent everything. */
    void greeted(long routerVersion) {
        version = Math.max(version, routerVersion);
        sentVersion = 0;
        doneChange = 0;
    }

    /** The table to send now: all of it, if there is news and no answer outstanding. */
    @Nullable
    ControlMessage next() {
        if (!complete || sentVersion != 0 || doneChange >= change || refusedChange >= change) {
            return null;
        }
        sentChange = change;
        sentVersion = ++version;
        return ControlMessage.table(
                sentVersion,
                routes.values().stream()
                        .flatMap(route -> PortRoute.of(route).stream())
                        .toList());
    }

    boolean isAnswerToTable(ControlMessage answer) {
        return sentVersion != 0 && answer.id() == sentVersion;
    }

    void done(Map<Integer, String> errors) {
        doneChange = sentChange;
        sentVersion = 0;
        portErrors = errors;
    }

    void refused(String why) {
        refusedChange = sentChange;
        refusal = why;
        sentVersion = 0;
    }

    /** Forgets that the router refused, so that the table is sent again. */
    void tryAgain() {
        refusedChange = 0;
    }

    boolean isDone(long number) {
        return complete && doneChange >= number;
    }

    boolean isAllDone() {
        return isDone(change);
    }

    boolean isRefused(long number) {
        return refusedChange >= number && doneChange < number;
    }

    String refusal() {
        return refusal;
    }

    Map<Integer, String> portErrors() {
        return portErrors;
    }

    /** The router listens on a port that it had lost. */
    void portBack(int port) {
        Map<Integer, String> left = new TreeMap<>(portErrors);
        left.remove(port);
        portErrors = Map.copyOf(left);
    }
}
