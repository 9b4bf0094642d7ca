package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All routes in force. Replacing one app's route is one step, whose cost does not depend on the number of routes. Any
 * thread looks routes up without a lock. Changes exclude each other.
 */
public final class RouteTable {
    private final Map<Front, Route> byFront = new ConcurrentHashMap<>();
    private final Map<AppName, Route> byApp = new ConcurrentHashMap<>();
    private final Map<Endpoint, Target> targets = new ConcurrentHashMap<>();
    private final Set<Target> leaving = new HashSet<>();
    private final Set<AppName> contended = new LinkedHashSet<>();
    private final TargetIds ids;
    private volatile long version;

    /** An empty table that gives targets these ids. */
    public RouteTable(TargetIds ids) {
        this.ids = ids;
    }

    /** The number of the last change, given by the agent; 0 before the first. */
    public long version() {
        return version;
    }

    /** Notes the number of the change that is being made. */
    public void version(long number) {
        version = Math.max(version, number);
    }

    /** All routes that are wanted, in no order. */
    public List<AppRoute> wanted() {
        return byApp.values().stream().map(Route::wanted).toList();
    }

    /** The route of an app, or null for none. */
    @Nullable
    public Route route(AppName app) {
        return byApp.get(app);
    }

    /** The route with this port, or null for none. */
    @Nullable
    public Route route(int port) {
        return byFront.get(new Front.Port(port));
    }

    /**
     * The route with the longest prefix of this path on this host, or null for none. A prefix ends where a part of the
     * path ends.
     *
     * @param host in any case, without a port
     * @param path decoded, without a query
     */
    @Nullable
    public Route route(String host, String path) {
        int end = 0;
        for (int part = 0; part < Front.Host.MAX_PARTS && end < path.length(); part++) {
            int slash = path.indexOf('/', end + 1);
            end = slash < 0 ? path.length() : slash;
        }
        while (true) {
            String prefix = path.substring(0, end);
            Route found = prefix.endsWith("/") ? null : byFront.get(new Front.Host(host, prefix));
            if (found != null || end == 0) {
                return found;
            }
            end = Math.max(0, path.lastIndexOf('/', end - 1));
        }
    }

    /** The target at an endpoint that a route names or that has requests under way, or null. */
    @Nullable
    public Target target(Endpoint endpoint) {
        return targets.get(endpoint);
    }

    /** The fronts that the app wants and another app has, each with the other app. */
    public Map<Front, AppName> taken(AppName app) {
        Map<Front, AppName> taken = new LinkedHashMap<>();
        Route route = byApp.get(app);
        for (Front front : route == null ? List.<Front>of() : route.wanted().fronts()) {
            Route holder = byFront.get(front);
            if (holder != null && !holder.equals(route)) {
                taken.put(front, holder.wanted().app());
            }
        }
        return taken;
    }

    /** The apps that want a front of another app. */
    public synchronized List<AppName> contended() {
        return List.copyOf(contended);
    }

    /**
     * Puts an app's route into force. A front of another app becomes this app's once it is free. When this returns, no
     * request claims a target by the app's former route. An endpoint in both routes keeps its {@link Target}.
     *
     * @throws IllegalArgumentException if an endpoint is no IP address; then nothing has changed
     */
    public void put(AppRoute wanted) {
        put(wanted, idsOf(wanted));
    }

    /** The ids of a route's targets. Called without the lock, because the key may have to be read or written. */
    private List<String> idsOf(AppRoute wanted) {
        return wanted.affinity() == Affinity.NONE
                ? List.of()
                : wanted.targets().stream().distinct().map(ids::of).toList();
    }

    private synchronized void put(AppRoute wanted, List<String> targetIds) {
        forgetIdle();
        Map<Endpoint, Target> reached = new LinkedHashMap<>();
        for (Endpoint endpoint : wanted.targets()) {
            Target known = targets.get(endpoint);
            reached.put(endpoint, known == null ? new Target(endpoint) : known);
        }
        Route next = new Route(wanted, List.copyOf(reached.values()), targetIds);
        next.targets().forEach(this::name);
        Route former = byApp.put(wanted.app(), next);
        if (former != null) {
            former.wanted().fronts().stream()
                    .filter(wanted.fronts()::contains)
                    .forEach(front -> byFront.replace(front, former, next));
        }
        retire(former);
        contended.add(wanted.app());
        settle();
    }

    /** Gives free fronts to apps that want them. */
    private void settle() {
        contended.removeIf(app -> {
            Route route = byApp.get(app);
            return route == null || hasAllFronts(route);
        });
    }

    private boolean hasAllFronts(Route route) {
        boolean all = true;
        for (Front front : route.wanted().fronts()) {
            Route holder = byFront.putIfAbsent(front, route);
            all &= holder == null || holder.equals(route);
        }
        return all;
    }

    /** Removes an app's route. When this returns, no request claims a target by it. */
    public synchronized void remove(AppName app) {
        retire(byApp.remove(app));
        settle();
    }

    /** Throws an {@link IllegalArgumentException} if no table holds all these routes. */
    public static void require(Collection<AppRoute> routes) {
        RouteTable trial = new RouteTable(new TargetIds(null));
        for (AppRoute route : routes) {
            trial.put(route.withAffinity(Affinity.NONE));
            trial.taken(route.app()).forEach((front, holder) -> {
                throw new IllegalArgumentException(front + " of " + route.app() + " is " + holder + "'s");
            });
        }
    }

    /**
     * Puts these routes into force, and no others. Routes that go are removed first, so a new route may have the port
     * of an old one.
     *
     * @param number the number of the last change in them
     */
    public void replace(long number, Collection<AppRoute> routes) {
        Map<AppRoute, List<String>> next = new LinkedHashMap<>();
        routes.forEach(route -> next.put(route, idsOf(route)));
        replaceAll(number, next);
    }

    private synchronized void replaceAll(long number, Map<AppRoute, List<String>> routes) {
        version(number);
        Map<AppName, AppRoute> next = new HashMap<>();
        routes.keySet().forEach(route -> next.put(route.app(), route));
        for (Route former : List.copyOf(byApp.values())) {
            AppRoute wanted = next.get(former.wanted().app());
            if (wanted == null || !wanted.fronts().equals(former.wanted().fronts())) {
                remove(former.wanted().app());
            }
        }
        routes.forEach((wanted, targetIds) -> {
            Route former = byApp.get(wanted.app());
            if (former == null || !former.wanted().equals(wanted)) {
                put(wanted, targetIds);
            }
        });
    }

    private void name(Target target) {
        targets.putIfAbsent(target.endpoint(), target);
        target.named(1);
        leaving.remove(target);
    }

    /** Closes a route. Targets that no route names are kept while they have requests under way, for drains. */
    private void retire(@Nullable Route former) {
        if (former != null) {
            former.wanted().fronts().forEach(front -> byFront.remove(front, former));
            former.close();
            for (Target target : former.targets()) {
                if (target.named(-1) == 0) {
                    leaving.add(target);
                }
            }
        }
        forgetIdle();
    }

    private void forgetIdle() {
        leaving.removeIf(target -> target.underWay() == 0 && targets.remove(target.endpoint(), target));
    }
}
