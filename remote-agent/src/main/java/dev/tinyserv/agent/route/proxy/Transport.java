package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.config.BindAddress;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * The kind of sockets and threads: epoll where its library loads, NIO elsewhere.
 *
 * @param epoll whether it is epoll
 * @param boss the thread that accepts
 * @param workers the threads that serve
 * @param allocator has small pools, for many idle and few busy connections
 */
@SuppressWarnings("FutureReturnValueIgnored") // both groups are waited for below
public record Transport(
        boolean epoll, EventLoopGroup boss, MultiThreadIoEventLoopGroup workers, PooledByteBufAllocator allocator) {
    private static final int PAGE = 8192;
    private static final int PAGES_ORDER = 6;

    public static Transport open(int workerThreads) {
        boolean epoll = Epoll.isAvailable();
        int threads = Math.max(1, Math.min(2, workerThreads));
        var allocator = new PooledByteBufAllocator(true, 1, threads, PAGE, PAGES_ORDER, 64, 32, false);
        return new Transport(epoll, group(epoll, 1), group(epoll, threads), allocator);
    }

    private static MultiThreadIoEventLoopGroup group(boolean epoll, int threads) {
        return new MultiThreadIoEventLoopGroup(threads, epoll ? SteadyEpoll.newFactory() : NioIoHandler.newFactory());
    }

    /** One worker's share of a total, rounded up. */
    int shareOf(int total) {
        return (total + workers.executorCount() - 1) / workers.executorCount();
    }

    public String name() {
        return epoll ? "epoll" : "nio";
    }

    /** Makes listening sockets: for both families where there is IPv6, unless the scope is IPv4 only. */
    ChannelFactory<ServerChannel> listeners(BindAddress bind) {
        if (bind.scope() != BindAddress.Scope.IPV4) {
            return epoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
        }
        SocketProtocolFamily ipv4 = SocketProtocolFamily.INET;
        return epoll
                ? () -> new EpollServerSocketChannel(ipv4)
                : () -> new NioServerSocketChannel(SelectorProvider.provider(), ipv4);
    }

    Class<? extends SocketChannel> sockets() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** At most two reads in a row from one connection, so that a fast sender cannot outrun a slow receiver by much. */
    RecvByteBufAllocator receiveBuffers() {
        return new AdaptiveRecvByteBufAllocator(512, 2048, 64 * 1024).maxMessagesPerRead(2);
    }

    public long memoryInPools() {
        return allocator.metric().usedDirectMemory();
    }

    public long buffersInUse() {
        return allocator.metric().directArenas().stream()
                .mapToLong(arena -> arena.numActiveAllocations())
                .sum();
    }

    public void close() {
        boss.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS);
        boss.terminationFuture().awaitUninterruptibly(3000);
        workers.terminationFuture().awaitUninterruptibly(3000);
    }
}
