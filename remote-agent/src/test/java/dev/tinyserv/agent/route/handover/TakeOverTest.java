package dev.tinyserv.agent.route.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.route.proxy.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails is seen by the other side
class TakeOverTest {
    @TempDir
    Path root;

    /** Says that it has two ports, gives one descriptor and goes away. */
    private static final class Broken extends ChannelInboundHandlerAdapter {
        private final FileDescriptor given;

        Broken(FileDescriptor given) {
            this.given = given;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf letter = (ByteBuf) message;
            boolean list = letter.readByte() == HandOver.LIST;
            letter.release();
            if (list) {
                byte[] line = "1 5000 5001\n".getBytes(StandardCharsets.US_ASCII);
                ctx.writeAndFlush(ctx.alloc().buffer().writeBytes(line));
            } else {
                ctx.writeAndFlush(given).addListener(sent -> ctx.close());
            }
        }
    }

    private static long openOf(Path file) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(one -> leadsTo(one, file)).count();
        }
    }

    private static boolean leadsTo(Path one, Path file) {
        try {
            return Files.readSymbolicLink(one).equals(file);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatAPredecessorGaveBeforeItWentAwayIsClosed() throws Exception {
        Transport transport = Transport.open(1);
        Assumptions.assumeTrue(transport.epoll(), "there is no epoll");
        Path file = Files.createFile(root.resolve("given")).toRealPath();
        FileDescriptor given = FileDescriptor.from(file.toFile());
        Path socket = root.resolve("sock");
        Channel server = new ServerBootstrap()
                .group(transport.boss(), transport.boss())
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Broken(given));
                    }
                })
                .bind(new DomainSocketAddress(socket.toString()))
                .sync()
                .channel();
        try {
            try (TakeOver taking = TakeOver.begin(socket, transport)) {
                assertThatThrownBy(taking::receive).isInstanceOf(IOException.class);
            }
            assertThat(openOf(file)).as("only ours is open").isEqualTo(1);
        } finally {
            given.close();
            server.close().sync();
            transport.close();
        }
    }
}
