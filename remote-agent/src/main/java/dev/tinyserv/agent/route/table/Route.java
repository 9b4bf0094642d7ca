package dev.tinyserv.agent.route.table;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One app's route while it is in force. Safe for several threads. */
public final class Route {
    private final AppRoute wanted;
    private final List<Target> targets;
    private int next;
    private boolean closed;

    Route(AppRoute wanted, List<Target> targets) {
        this.wanted = wanted;
        this.targets = List.copyOf(targets);
    }

    public AppRoute wanted() {
        return wanted;
    }

    public List<Target> targets() {
        return targets;
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
     * Picks the target with the fewest requests under way, in turn among equals, and counts a request to it. Both are
     * one step, so that a picked target never seems idle.
     *
     * @param tried targets that are left out
     * @return null if there is none, or if the route {@link #isClosed}
     */
    public synchronized @Nullable Target claim(Set<Target> tried) {
        if (closed) {
            return null;
        }
        Target best = pick(tried, false);
        if (best == null) {
            best = pick(tried, true);
        }
        if (best != null) {
            best.begin();
        }
        return best;
    }

    private @Nullable Target pick(Set<Target> tried, boolean alsoDown) {
        @Nullable Target best = null;
        int size = targets.size();
        int start = next;
        for (int i = 0; i < size; i++) {
            int index = (start + i) % size;
            Target target = targets.get(index);
            boolean fits = (alsoDown || !target.isDown()) && !tried.contains(target);
            if (fits && (best == null || target.underWay() < best.underWay())) {
                best = target;
                next = index + 1;
            }
        }
        return best;
    }
}
