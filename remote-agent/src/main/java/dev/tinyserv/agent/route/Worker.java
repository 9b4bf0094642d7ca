package dev.tinyserv.agent.route;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread's share of the router: its clients, its connections to apps. Used on that thread only. Each has its own
 * share of the places for clients: were they common, slow clients of one worker could take them all, and no other worker
 * would have one whom it could ask to make room.
 */
@SuppressWarnings("FutureReturnValueIgnored") // it repeats until the thread ends
final class Worker {
    private static final long SWEEP_MILLIS = 200;

    private final EventLoop loop;
    private final Traffic traffic;
    private final UpstreamPool pool;
    private final int places;
    private final Set<ClientConnection> clients = Collections.newSetFromMap(new IdentityHashMap<>());

    Worker(EventLoop loop, Transport transport, Traffic traffic, int places) {
        this.loop = loop;
        this.traffic = traffic;
        this.places = places;
        this.pool = new UpstreamPool(loop, transport, traffic);
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    Traffic traffic() {
        return traffic;
    }

    UpstreamPool pool() {
        return pool;
    }

    void add(ClientConnection client) {
        clients.add(client);
        traffic.clientCame();
    }

    void remove(ClientConnection client) {
        if (clients.remove(client)) {
            traffic.clientLeft();
        }
    }

    /**
     * Whether one more client has a place. When all are taken, it is the place of the one that has owed the head of a
     * request for longest, so that clients that send it byte by byte cannot keep the others out.
     */
    boolean hasPlace() {
        return clients.size() < places || closeSlowest();
    }

    private boolean closeSlowest() {
        @Nullable ClientConnection slowest = null;
        for (ClientConnection client : clients) {
            if (client.owesHead() && (slowest == null || client.owesLongerThan(slowest))) {
                slowest = client;
            }
        }
        if (slowest == null) {
            return false;
        }
        remove(slowest);
        slowest.close();
        return true;
    }

    private void sweep() {
        long now = System.nanoTime();
        for (ClientConnection client : new ArrayList<>(clients)) {
            client.checkDeadline(now);
        }
        pool.closeStale(now);
    }

    /** Closes the clients that wait for nothing. */
    void closeIdleClients() {
        loop.execute(() -> new ArrayList<>(clients).forEach(ClientConnection::closeIfIdle));
    }

    /** Closes all clients, whatever they do. */
    void closeAllClients() {
        loop.execute(() -> new ArrayList<>(clients).forEach(ClientConnection::abort));
    }

    /** Closes all clients but tunnels. */
    void closeAllButTunnels() {
        loop.execute(() -> new ArrayList<>(clients).forEach(ClientConnection::closeUnlessTunnel));
    }
}
