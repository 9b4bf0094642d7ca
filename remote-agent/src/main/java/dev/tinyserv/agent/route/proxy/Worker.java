package dev.tinyserv.agent.route.proxy;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * One thread's clients and connections to apps. Used on that thread only. Each worker has its own share of the places:
 * in a common pool, slow clients of one worker could take all, and another worker would have no client to make room.
 */
@SuppressWarnings("FutureReturnValueIgnored") // it repeats until the thread ends
public final class Worker {
    private static final long SWEEP_MILLIS = 200;

    private final EventLoop loop;
    private final Traffic traffic;
    private final UpstreamPool pool;
    private final Places<ClientConnection> places;

    Worker(EventLoop loop, Transport transport, Traffic traffic, int places) {
        this.loop = loop;
        this.traffic = traffic;
        this.places = new Places<>(places);
        this.pool = new UpstreamPool(loop, transport, traffic);
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Serves a client that has a place. */
    void serve(Origin origin, SocketChannel channel) {
        ClientConnection client = new ClientConnection(traffic, pool, origin, channel, this::remove);
        places.take(client);
        traffic.clientCame();
        channel.pipeline().addLast(client);
    }

    private void remove(ClientConnection client) {
        if (places.free(client)) {
            traffic.clientLeft();
        }
    }

    /** Whether there is a place for a newcomer; when all are taken, closes a client that makes room. */
    boolean hasPlace(Origin newcomer) {
        if (!places.areAllTaken()) {
            return true;
        }
        ClientConnection leaver = places.leaver(newcomer, traffic.now());
        if (leaver == null) {
            return false;
        }
        remove(leaver);
        leaver.giveUp();
        return true;
    }

    private void sweep() {
        long now = traffic.now();
        places.clients().forEach(client -> client.checkDeadline(now));
        pool.closeStale(now);
    }

    /** Closes clients without a request. */
    public void closeIdleClients() {
        loop.execute(() -> places.clients().forEach(ClientConnection::closeIfIdle));
    }

    /** Closes all clients, whatever they do. */
    public void closeAllClients() {
        loop.execute(() -> places.clients().forEach(ClientConnection::abort));
    }

    /** Closes all clients but tunnels. */
    public void closeAllButTunnels() {
        loop.execute(() -> places.clients().forEach(ClientConnection::giveUpUnlessTunnel));
    }
}
