package dev.tinyserv.agent.route.handover;

import dev.tinyserv.agent.route.proxy.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The giving side of a hand-over. The successor writes a letter at a time: {@value #LIST}, answered with a line of our
 * pid and the ports; {@value #SEND}, answered with a descriptor for each of these ports in that order;
 * {@value #DONE}, when it listens on them. A successor that goes away before that changes nothing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and its handler hears of that
public final class HandOver implements AutoCloseable {
    static final char LIST = 'L';
    static final char SEND = 'S';
    static final char DONE = 'D';

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

    /** The router that hands over. Called on the accepting thread, so each method must be quick. */
    public interface Giver {
        /** Freezes the routes, and completes with the listening sockets by port. */
        CompletableFuture<Map<Integer, Channel>> prepare();

        /** The successor went away: go on as before. */
        void goOn();

        /** The successor listens: leave. */
        void leave();
    }

    private final Channel server;

    private HandOver(Channel server) {
        this.server = server;
    }

    public static HandOver open(Path socket, Transport transport, Giver giver) throws IOException {
        Files.deleteIfExists(socket);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.boss(), transport.boss())
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<DomainSocketChannel>() {
                    @Override
                    protected void initChannel(DomainSocketChannel channel) {
                        channel.pipeline().addLast(new Conversation(giver));
                    }
                });
        var binding = bootstrap.bind(new DomainSocketAddress(socket.toString())).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException("cannot listen on " + socket, binding.cause());
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return new HandOver(binding.channel());
    }

    /** Stops listening on the socket of hand-overs. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
    }

    private static final class Conversation extends ChannelInboundHandlerAdapter {
        private final Giver giver;
        private Map<Integer, Channel> sockets = Map.of();
        private boolean prepared;
        private boolean done;

        Conversation(Giver giver) {
            this.giver = giver;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                while (bytes.isReadable()) {
                    obey(ctx, (char) bytes.readByte());
                }
            } finally {
                bytes.release();
            }
        }

        private void obey(ChannelHandlerContext ctx, char letter) {
            if (letter == LIST && !prepared) {
                prepared = true;
                giver.prepare()
                        .whenComplete((found, problem) -> ctx.executor().execute(() -> {
                            if (problem == null) {
                                list(ctx, found);
                            } else {
                                exceptionCaught(ctx, problem);
                            }
                        }));
            } else if (letter == SEND && prepared) {
                sockets.values().forEach(socket -> ctx.write(((UnixChannel) socket).fd()));
                ctx.flush();
            } else if (letter == DONE && prepared && !done) {
                done = true;
                giver.leave();
            } else {
                ctx.close();
            }
        }

        private void list(ChannelHandlerContext ctx, Map<Integer, Channel> found) {
            sockets = found;
            String ports = sockets.keySet().stream().map(port -> " " + port).collect(Collectors.joining());
            byte[] line = (ProcessHandle.current().pid() + ports + "\n").getBytes(StandardCharsets.US_ASCII);
            ctx.writeAndFlush(ctx.alloc().buffer(line.length).writeBytes(line));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (prepared && !done) {
                giver.goOn();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.warn("a hand-over broke", cause);
            ctx.close();
        }
    }
}
