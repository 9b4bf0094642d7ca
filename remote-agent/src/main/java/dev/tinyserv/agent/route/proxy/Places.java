package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.app.AddressBlock;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A worker's places for clients. A free place goes to any newcomer. When all are taken, a waiting client makes room, in
 * the order of {@link Waiting}, the longest first; clients of an address above its share go before all others. The
 * share of an address is a quarter of the places, that of an app half. An address or app that has its share gets a
 * place only from its own clients. One below its share gets, if no client waits, the place of the newest client of an
 * address or app above its share. Clients that have just begun make room next, and at last silent ones: of the address
 * with the most places, the longest silent. A trusted proxy speaks for many clients and has no share. Used on the
 * worker's thread only.
 *
 * @param <C> the clients
 */
final class Places<C extends PlaceHolder> {
    private static final int ADDRESSES = 4;
    private static final int APPS = 2;

    private final int count;
    private final Set<C> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<AddressBlock, Integer> ofAddress = new HashMap<>();
    private final Map<Integer, Integer> ofApp = new HashMap<>();

    Places(int count) {
        this.count = count;
    }

    void take(C client) {
        taken.add(client);
        count(client.origin(), 1);
    }

    /** Whether the client had a place. */
    boolean free(C client) {
        boolean had = taken.remove(client);
        if (had) {
            count(client.origin(), -1);
        }
        return had;
    }

    private void count(Origin origin, int more) {
        if (!origin.trusted()) {
            add(ofAddress, origin.address(), more);
        }
        add(ofApp, origin.port(), more);
    }

    private static <K> void add(Map<K, Integer> counts, K key, int more) {
        int now = counts.getOrDefault(key, 0) + more;
        if (now == 0) {
            counts.remove(key);
        } else {
            counts.put(key, now);
        }
    }

    Collection<C> clients() {
        return List.copyOf(taken);
    }

    boolean areAllTaken() {
        return taken.size() >= count;
    }

    /** The client that makes room for the newcomer; null if none does. */
    @Nullable
    C leaver(Origin newcomer, long now) {
        boolean addressIsFull = ofAddress(newcomer) >= share(ADDRESSES);
        boolean appIsFull = ofApp(newcomer) >= share(APPS);
        Predicate<Origin> ownClients = origin -> true;
        if (addressIsFull) {
            ownClients = origin -> !origin.trusted() && origin.address().equals(newcomer.address());
        } else if (appIsFull) {
            ownClients = origin -> origin.port() == newcomer.port();
        }
        Predicate<Origin> greedy = ownClients.and(origin -> ofAddress(origin) > share(ADDRESSES));
        @Nullable C leaver = longestWaiting(Waiting.SILENT, greedy, now);
        if (leaver == null) {
            leaver = longestWaiting(Waiting.JUST_BEGUN, ownClients, now);
        }
        if (leaver == null && !addressIsFull) {
            leaver = newest(greedy);
        }
        if (leaver == null && !addressIsFull && !appIsFull) {
            leaver = newest(origin -> ofApp(origin) > share(APPS));
        }
        if (leaver == null) {
            leaver = longestWaiting(Waiting.SILENT, ownClients, now);
        }
        return leaver == null ? longestSilent(ownClients, now) : leaver;
    }

    private int ofAddress(Origin origin) {
        return origin.trusted() ? 0 : ofAddress.getOrDefault(origin.address(), 0);
    }

    private int ofApp(Origin origin) {
        return ofApp.getOrDefault(origin.port(), 0);
    }

    private int share(int sharers) {
        return Math.max(1, count / sharers);
    }

    /** The longest waiting of the clients that make room before, or at equal wait with, the limit. */
    private @Nullable C longestWaiting(Waiting limit, Predicate<Origin> wanted, long now) {
        @Nullable C longest = null;
        Waiting first = limit;
        for (C client : taken) {
            Waiting waiting = client.waitsFor(now);
            int order = waiting.compareTo(first);
            boolean sooner =
                    order < 0 || (order == 0 && longest != null && client.waitsSince() - longest.waitsSince() < 0);
            if (sooner && wanted.test(client.origin())) {
                longest = client;
                first = waiting;
            }
        }
        return longest;
    }

    /** The longest silent client of the address with the most places: many silent tunnels of one peer are a siege. */
    private @Nullable C longestSilent(Predicate<Origin> wanted, long now) {
        Comparator<C> sooner = Comparator.<C>comparingInt(client -> ofAddress(client.origin()))
                .thenComparingLong(client -> now - client.movedAt());
        return taken.stream()
                .filter(client -> wanted.test(client.origin()) && client.waitsFor(now) == Waiting.SILENT)
                .max(sooner)
                .orElse(null);
    }

    private @Nullable C newest(Predicate<Origin> wanted) {
        @Nullable C newest = null;
        for (C client : taken) {
            if (wanted.test(client.origin()) && (newest == null || client.cameAt() - newest.cameAt() > 0)) {
                newest = client;
            }
        }
        return newest;
    }
}
