package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.config.BindAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The listening sockets of all stable ports. Changed by one thread at a time. */
@SuppressWarnings("FutureReturnValueIgnored") // the connection is being refused
public final class Listeners {
    private static final int BACKLOG = 1024;
    /**
     * About how many unsent bytes the kernel keeps. With its own choice, up to megabytes, a client that reads slowly
     * could not be told from one that reads nothing.
     */
    private static final long UNSENT = 128 * 1024;

    private final Traffic traffic;
    private final IdentityHashMap<EventExecutor, Worker> workers = new IdentityHashMap<>();
    /** Without a channel factory, which each use sets in a copy. */
    private final ServerBootstrap bootstrap;

    private final ChannelFactory<ServerChannel> sockets;
    private final Map<Integer, Channel> open = new ConcurrentSkipListMap<>();

    public Listeners(Transport transport, Traffic traffic) {
        this.traffic = traffic;
        this.sockets = transport.listeners(traffic.settings().server().bind());
        int places = transport.shareOf(traffic.settings().maxClients());
        for (EventExecutor loop : transport.workers()) {
            workers.put(loop, new Worker((EventLoop) loop, transport, traffic, places));
        }
        bootstrap = new ServerBootstrap()
                .group(transport.boss(), transport.workers())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, transport.allocator())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, transport.receiveBuffers())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        welcome(channel);
                    }
                });
        if (transport.epoll()) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT);
        }
    }

    private void welcome(SocketChannel channel) {
        Worker worker = workers.get(channel.eventLoop());
        if (worker == null || channel.remoteAddress() == null) {
            channel.close();
            return;
        }
        InetAddress peer = channel.remoteAddress().getAddress();
        Origin origin =
                Origin.of(peer, traffic.isTrusted(peer), channel.localAddress().getPort());
        if (!worker.hasPlace(origin)) {
            channel.close();
            return;
        }
        worker.serve(origin, channel);
    }

    public Collection<Worker> workers() {
        return workers.values();
    }

    public Set<Integer> ports() {
        return open.keySet();
    }

    /** The listening sockets, by port. */
    public Map<Integer, Channel> sockets() {
        return new TreeMap<>(open);
    }

    /** Listens on these ports. Returns the reason for each port on which that fails. */
    public Map<Integer, String> bind(Collection<Integer> ports) {
        BindAddress address = traffic.settings().server().bind();
        Map<Integer, ChannelFuture> attempts = new TreeMap<>();
        ServerBootstrap opening = bootstrap.clone().channelFactory(sockets);
        ports.forEach(port -> attempts.put(port, opening.bind(address.forAnySocket(port))));
        Map<Integer, String> errors = new TreeMap<>();
        attempts.forEach((port, attempt) -> {
            attempt.awaitUninterruptibly();
            Throwable cause = attempt.cause();
            if (cause == null) {
                open.put(port, attempt.channel());
            } else {
                errors.put(port, reason(cause));
            }
        });
        return errors;
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Address already in use")) {
            return "address in use";
        }
        if (message.contains("Permission denied")) {
            return "permission denied";
        }
        return message;
    }

    /** Listens with a socket that another process has opened. */
    public void adopt(int descriptor) {
        EpollServerSocketChannel socket = new EpollServerSocketChannel(descriptor);
        ServerBootstrap adopting = bootstrap.clone().channelFactory(() -> (ServerChannel) socket);
        ChannelFuture registered = adopting.register();
        registered.awaitUninterruptibly();
        if (registered.isSuccess()) {
            open.put(socket.localAddress().getPort(), socket);
        }
    }

    public void close(Collection<Integer> ports) {
        List<ChannelFuture> closing = new ArrayList<>();
        for (int port : ports) {
            Channel channel = open.remove(port);
            if (channel != null) {
                closing.add(channel.close());
            }
        }
        closing.forEach(ChannelFuture::awaitUninterruptibly);
    }

    /**
     * Accepts nothing more. When this returns, every accepted connection is counted: without that, a router that seems
     * to have no client would cut off connections on their way to a worker.
     */
    public void closeAll() {
        close(List.copyOf(open.keySet()));
        workers.keySet().forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly());
    }
}
