package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.Endpoint;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All routes of one version; never changed once it is made. */
public final class RouteTable {
    private final long version;
    private final List<AppRoute> wanted;
    private final IntObjectMap<Route> byPort;
    private final Map<Endpoint, Target> targets;

    private RouteTable(long version, List<AppRoute> wanted, IntObjectMap<Route> byPort, Map<Endpoint, Target> targets) {
        this.version = version;
        this.wanted = wanted;
        this.byPort = byPort;
        this.targets = targets;
    }

    public static RouteTable empty() {
        return new RouteTable(0, List.of(), new IntObjectHashMap<>(), new ConcurrentHashMap<>());
    }

    /**
     * The next table. It shares the targets of this one.
     *
     * @throws IllegalArgumentException if two routes have one port, or an endpoint is no IP address
     */
    public RouteTable next(long nextVersion, Collection<AppRoute> routes) {
        Map<Endpoint, Target> nextTargets = new ConcurrentHashMap<>();
        IntObjectMap<Route> nextByPort = new IntObjectHashMap<>(Math.max(8, routes.size() * 2));
        for (AppRoute route : routes) {
            List<Target> list = new ArrayList<>();
            for (Endpoint endpoint : route.targets()) {
                Target known = targets.get(endpoint);
                Target target = nextTargets.computeIfAbsent(endpoint, e -> known == null ? new Target(e) : known);
                list.add(target);
            }
            if (nextByPort.put(route.port(), new Route(route, list)) != null) {
                throw new IllegalArgumentException("two routes have port " + route.port());
            }
        }
        return new RouteTable(nextVersion, List.copyOf(routes), nextByPort, nextTargets);
    }

    public long version() {
        return version;
    }

    public List<AppRoute> wanted() {
        return wanted;
    }

    @Nullable
    public Route route(int port) {
        return byPort.get(port);
    }

    @Nullable
    public Target target(Endpoint endpoint) {
        return targets.get(endpoint);
    }

    /**
     * Ends all claims on the table whose place this one has taken, and goes on knowing those of its targets that have
     * requests under way.
     */
    public void replace(RouteTable former) {
        former.byPort.values().forEach(Route::close);
        former.targets.forEach((endpoint, target) -> {
            if (target.underWay() > 0) {
                targets.putIfAbsent(endpoint, target);
            }
        });
    }
}
