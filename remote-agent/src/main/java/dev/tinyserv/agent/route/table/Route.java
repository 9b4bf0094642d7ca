package dev.tinyserv.agent.route.table;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One app's route while it is in force. Safe for several threads. */
public final class Route {
    private final AppRoute wanted;
    private final List<Target> targets;
    /** The ids of the targets, in the same order; none without affinity. */
    private final List<String> ids;

    private final Map<String, Target> byId;

    private int next;
    private boolean closed;

    Route(AppRoute wanted, List<Target> targets, List<String> ids) {
        this.wanted = wanted;
        this.targets = List.copyOf(targets);
        this.ids = List.copyOf(ids);
        Map<String, Target> found = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            found.put(ids.get(i), targets.get(i));
        }
        this.byId = Map.copyOf(found);
    }

    public AppRoute wanted() {
        return wanted;
    }

    public List<Target> targets() {
        return targets;
    }

    /** The id by which a client comes back to a target; null if clients of the app do not. */
    public @Nullable String id(Target target) {
        return ids.isEmpty() ? null : ids.get(targets.indexOf(target));
    }

    /** From now on claims fail, so that a drain of these targets misses no request. */
    synchronized void close() {
        closed = true;
    }

    /** Whether the route was replaced or removed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Picks a target and counts a request to it. Both are one step, so that a picked target never seems idle. A target
     * that the client names is picked if it is up, however many requests it has. Else it is the target with the fewest
     * requests under way, in turn among equals, one that is down only if all are.
     *
     * @param tried targets that are left out
     * @param named the ids with which the client comes back; others than {@link #id}s of this route mean nothing
     * @return null if there is none, or if the route {@link #isClosed}
     */
    public @Nullable Target claim(Set<Target> tried, Collection<String> named) {
        return pick(tried, named.isEmpty() ? List.of() : reached(named));
    }

    /** Other requests do not wait for this: a client may send some thousand ids. */
    private Set<Target> reached(Collection<String> named) {
        Set<Target> reached = new LinkedHashSet<>();
        for (String id : named) {
            Target target = byId.get(id);
            if (target != null) {
                reached.add(target);
            }
        }
        return reached;
    }

    private synchronized @Nullable Target pick(Set<Target> tried, Collection<Target> preferred) {
        if (closed) {
            return null;
        }
        Target best = firstFree(tried, preferred);
        if (best == null) {
            best = fewest(tried, false);
        }
        if (best == null) {
            best = fewest(tried, true);
        }
        if (best != null) {
            best.begin();
        }
        return best;
    }

    private static @Nullable Target firstFree(Set<Target> tried, Collection<Target> preferred) {
        for (Target target : preferred) {
            if (isFree(target, tried, false)) {
                return target;
            }
        }
        return null;
    }

    private static boolean isFree(Target target, Set<Target> tried, boolean alsoDown) {
        return (alsoDown || !target.isDown()) && !tried.contains(target);
    }

    private @Nullable Target fewest(Set<Target> tried, boolean alsoDown) {
        @Nullable Target best = null;
        int size = targets.size();
        int start = next;
        for (int i = 0; i < size; i++) {
            int index = (start + i) % size;
            Target target = targets.get(index);
            if (isFree(target, tried, alsoDown) && (best == null || target.underWay() < best.underWay())) {
                best = target;
                next = index + 1;
            }
        }
        return best;
    }
}
