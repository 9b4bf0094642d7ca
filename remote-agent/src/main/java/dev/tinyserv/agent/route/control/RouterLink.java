package dev.tinyserv.agent.route.control;

import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a connection to the router: opens it again 25 ms after it broke, and passes on each message. */
final class RouterLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouterLink.class);
    private static final long RETRY_NANOS = 25_000_000;

    private final Path socket;
    private final Consumer<LineChannel> connected;
    private final Consumer<ControlMessage> received;
    private final Runnable disconnected;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable LineChannel current;

    /** A link that connects at {@link #start}. One thread calls all three callbacks. */
    RouterLink(Path socket, Consumer<LineChannel> connected, Consumer<ControlMessage> received, Runnable disconnected) {
        this.socket = socket;
        this.connected = connected;
        this.received = received;
        this.disconnected = disconnected;
        this.thread = Daemon.named("router-link").newThread(this::keepConnected);
    }

    void start() {
        thread.start();
    }

    private void keepConnected() {
        while (!closed) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                listen(channel);
            } catch (IOException | IllegalArgumentException e) {
                LOG.debug("no connection to the router", e);
            } catch (OutOfMemoryError e) { // no thread can be made
                LOG.warn("no connection to the router: {}", e.getMessage());
                Pauses.untilOneIsFree();
            }
            if (!closed) {
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void listen(SocketChannel channel) throws IOException {
        try (LineChannel router = new LineChannel(channel, "router-link-write")) {
            current = router;
            connected.accept(router);
            for (byte[] line = router.readLine(); line != null && !closed; line = router.readLine()) {
                received.accept(ControlMessage.fromLine(line));
            }
        } finally {
            current = null;
            disconnected.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        LineChannel router = current;
        if (router != null) {
            router.close();
        }
        LockSupport.unpark(thread);
    }
}
