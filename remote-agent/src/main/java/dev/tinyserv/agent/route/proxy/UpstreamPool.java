package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.table.AnswerEnd;
import dev.tinyserv.agent.route.table.Target;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One worker's connections to apps: opens them, keeps unused ones for a while, and probes targets that are down. */
@SuppressWarnings("FutureReturnValueIgnored") // the listeners hear how it ended
final class UpstreamPool implements UpstreamConnection.Owner {
    private static final int MAX_IDLE_PER_TARGET = 256;
    private static final int MAX_RETIRED = 256;
    private static final int CONNECT_MILLIS = 3000;

    private final EventLoop loop;
    private final Traffic traffic;
    private final Duration keepAlive;
    private final Bootstrap bootstrap;
    private final ByteBuffer look = ByteBuffer.allocateDirect(64);
    private final Map<Target, ArrayDeque<UpstreamConnection>> idle = new HashMap<>();
    private final Set<RetiredConnection> retired = Collections.newSetFromMap(new IdentityHashMap<>());

    UpstreamPool(EventLoop loop, Transport transport, Traffic traffic) {
        this.loop = loop;
        this.traffic = traffic;
        this.keepAlive = traffic.settings().upstreamKeepAlive();
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.sockets())
                .option(ChannelOption.ALLOCATOR, transport.allocator())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                // An app may answer and close before it has read all: its answer must still be read then.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.RECVBUF_ALLOCATOR, transport.receiveBuffers())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new UpstreamConnection(UpstreamPool.this, channel));
                    }
                });
    }

    /** Takes an unused connection that is fresh and untouched; null if there is none. */
    @Nullable
    UpstreamConnection take(Target target) {
        ArrayDeque<UpstreamConnection> kept = idle.get(target);
        long now = traffic.now();
        while (kept != null && !kept.isEmpty()) {
            UpstreamConnection connection = kept.removeLast();
            if (connection.isFresh(now) && connection.isUntouched()) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    /**
     * Opens a connection within 3 s; null if the app does not take it. The socket is made once all events that the thread
     * has got were handled: one of them may be of a socket that was closed meanwhile, whose number the new one would get,
     * and Netty (4.2.18) knows sockets by number.
     */
    void connect(Target target, Consumer<@Nullable UpstreamConnection> then) {
        loop.execute(() -> open(target, then));
    }

    private void open(Target target, Consumer<@Nullable UpstreamConnection> then) {
        ChannelFuture connecting = bootstrap.connect(target.address());
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                UpstreamConnection connection = connecting.channel().pipeline().get(UpstreamConnection.class);
                connection.leadsTo(target);
                then.accept(connection);
            } else {
                then.accept(null);
            }
        });
    }

    /**
     * Takes a connection back after the end of an answer: keeps, watches or retires it, by the {@link
     * dev.tinyserv.agent.route.table.Conduct} of the target.
     *
     * @param appSeconds how long the app keeps the connection, in seconds; -1 if it does not say
     */
    void takeBack(UpstreamConnection connection, Target target, AnswerEnd end, int appSeconds) {
        Duration time = unusedTime(appSeconds);
        switch (target.conduct().after(end)) {
            case KEEP -> keep(target, connection, end, time);
            case WATCH -> {
                Duration left = time.minus(RetiredConnection.WATCH_TIME);
                retire(connection, target, end, () -> keep(target, connection, end, left));
            }
            case RETIRE -> retire(connection, target, end, null);
        }
    }

    private void retire(UpstreamConnection connection, Target target, AnswerEnd end, @Nullable Runnable afterWatch) {
        if (retired.size() < MAX_RETIRED) {
            RetiredConnection over = connection.retire(end, afterWatch);
            retired.add(over);
            over.begin();
        } else {
            connection.close();
            if (afterWatch != null) {
                target.conduct().watched(end, false);
            }
        }
    }

    private Duration unusedTime(int appSeconds) {
        return appSeconds >= 0 && appSeconds - 1 < keepAlive.toSeconds()
                ? Duration.ofSeconds(appSeconds - 1L)
                : keepAlive;
    }

    @Override
    public long now() {
        return traffic.now();
    }

    @Override
    public ByteBuffer look() {
        return look;
    }

    @Override
    public void ended(RetiredConnection connection) {
        retired.remove(connection);
    }

    /** Tells the app's log once of bytes behind the end of an answer. */
    @Override
    public void exceeded(Target target, AnswerEnd end) {
        if (target.conduct().exceeded(end.kind())) {
            traffic.failures().misbehaved(end.app(), end.fault(target.endpoint()));
        }
    }

    private void keep(Target target, UpstreamConnection connection, AnswerEnd end, Duration time) {
        ArrayDeque<UpstreamConnection> kept = idle.computeIfAbsent(target, key -> new ArrayDeque<>());
        if (!target.isNamed() || time.isNegative() || time.isZero() || kept.size() >= MAX_IDLE_PER_TARGET) {
            connection.close();
            return;
        }
        connection.idleFor(end, time, traffic.now());
        kept.addLast(connection);
    }

    @Override
    public void forget(Target target, UpstreamConnection connection) {
        ArrayDeque<UpstreamConnection> kept = idle.get(target);
        if (kept != null) {
            kept.remove(connection);
        }
    }

    /** Closes what is not used any more: kept for too long, or of a target that gets no more requests. */
    void closeStale(long now) {
        new ArrayList<>(retired).forEach(connection -> connection.checkDeadline(now));
        for (var all = idle.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Target, ArrayDeque<UpstreamConnection>> each = all.next();
            boolean named = each.getKey().isNamed();
            ArrayDeque<UpstreamConnection> kept = each.getValue();
            if (kept.isEmpty()) {
                all.remove();
                continue;
            }
            for (UpstreamConnection connection : new ArrayList<>(kept)) {
                if (!named || !connection.isFresh(now)) {
                    kept.remove(connection);
                    connection.close();
                }
            }
        }
    }

    /** Tries a target that is down each second, until it takes a connection or no route names it. */
    void probe(Target target) {
        loop.schedule(
                () -> {
                    if (traffic.table().target(target.endpoint()) == target) {
                        connect(target, connection -> {
                            if (connection == null) {
                                probe(target);
                            } else {
                                target.markDown(false);
                                connection.close();
                            }
                        });
                    }
                },
                1,
                TimeUnit.SECONDS);
    }
}
