package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.Field;
import dev.tinyserv.agent.route.http.Forwarding;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.table.Route;
import dev.tinyserv.agent.route.table.RouteTable;
import dev.tinyserv.agent.route.table.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The target of one request, which counts as under way there from {@link #take} to {@link #release}. No target is
 * claimed twice. For one thread.
 */
final class TargetClaim {
    private final Traffic traffic;
    private final int port;
    private final Head head;
    private Set<Target> tried = Set.of();
    private List<String> named = List.of();
    private @Nullable Route route;
    private @Nullable Target target;

    TargetClaim(Traffic traffic, int port, Head head) {
        this.traffic = traffic;
        this.port = port;
        this.head = head;
    }

    /** The route that was in force at the last claim; null if there was none. */
    @Nullable
    Route route() {
        return route;
    }

    /** The claimed target; null for none. */
    @Nullable
    Target target() {
        return target;
    }

    /** Claims a target of the route in force in place of the last one. False if there is no more, or no route. */
    boolean take() {
        release();
        return claim(traffic.tableForRequest());
    }

    /** As {@link #take}, but the last target stays claimed if there is no other. */
    boolean takeOther() {
        Target last = target;
        Route by = route;
        if (last == null) {
            return false;
        }
        tried(last);
        if (claim(traffic.table())) {
            last.end();
            return true;
        }
        target = last;
        route = by;
        return false;
    }

    private boolean claim(RouteTable table) {
        while (true) {
            Route current = table.route(port);
            route = current;
            if (current == null) {
                return false;
            }
            named = InstanceCookie.named(head, current);
            target = current.claim(tried, named);
            if (target != null || !current.isClosed()) {
                return target != null;
            }
        }
    }

    private void tried(Target last) {
        if (tried.isEmpty()) {
            tried = new HashSet<>();
        }
        tried.add(last);
    }

    /** Notes that the target refuses. True if its route has others, so that it must be probed from now on. */
    boolean refused() {
        Target refusing = target;
        Route of = route;
        if (refusing == null || of == null) {
            return false;
        }
        tried(refusing);
        return of.targets().size() > 1 && refusing.markDown(true);
    }

    /** The field by which the client comes back to the target; null if it need not be sent. */
    @Nullable
    Field cookie(Forwarding forwarding) {
        Target serving = target;
        Route by = route;
        return serving == null || by == null ? null : InstanceCookie.toSet(by, serving, named, head, forwarding);
    }

    /** The request is no longer under way at its target, if it has one. */
    void release() {
        Target left = target;
        target = null;
        if (left != null) {
            left.end();
        }
    }
}
