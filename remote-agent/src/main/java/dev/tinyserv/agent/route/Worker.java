package dev.tinyserv.agent.route;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thread's share of the router: its clients, its connections to apps. Used on that thread only. */
@SuppressWarnings("FutureReturnValueIgnored") // it repeats until the thread ends
final class Worker {
    private static final long SWEEP_MILLIS = 200;

    private final EventLoop loop;
    private final Traffic traffic;
    private final UpstreamPool pool;
    private final Set<ClientConnection> clients = Collections.newSetFromMap(new IdentityHashMap<>());

    Worker(EventLoop loop, Transport transport, Traffic traffic) {
        this.loop = loop;
        this.traffic = traffic;
        this.pool = new UpstreamPool(loop, transport, traffic.settings().upstreamKeepAlive());
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
    }

    void remove(ClientConnection client) {
        clients.remove(client);
    }

    /**
     * Takes the place of the client that has owed the head of a request for longest, so that clients that send it byte
     * by byte cannot keep the others out; whether there was one.
     */
    boolean takePlaceOfSlowest() {
        @Nullable ClientConnection slowest = null;
        for (ClientConnection client : clients) {
            if (client.owesHead() && (slowest == null || client.owesLongerThan(slowest))) {
                slowest = client;
            }
        }
        if (slowest == null) {
            return false;
        }
        clients.remove(slowest);
        slowest.giveUpPlace();
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
