package dev.tinyserv.agent.route.handover;

import dev.tinyserv.agent.route.proxy.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The taking side of a {@link HandOver}. */
@SuppressWarnings("FutureReturnValueIgnored") // the other side is gone then, which the next read tells
public final class TakeOver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);
    private static final int MAX_LINE = 1024 * 1024;
    private static final int WAIT_SECONDS = 10;
    private static final Object GONE = new Object();

    private final EpollDomainSocketChannel channel;
    private final BlockingQueue<Object> received;
    private final long pid;
    private final int count;

    private TakeOver(EpollDomainSocketChannel channel, BlockingQueue<Object> received, String[] words) {
        this.channel = channel;
        this.received = received;
        this.pid = Long.parseLong(words[0]);
        this.count = words.length - 1;
    }

    /** Asks the running router to hand over, which then takes no new route. Fails if there is none. */
    public static TakeOver begin(Path socket, Transport transport) throws IOException {
        BlockingQueue<Object> received = new LinkedBlockingQueue<>();
        Bootstrap bootstrap = new Bootstrap()
                .group(transport.boss())
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        received.add(message);
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext ctx) {
                        received.add(GONE);
                    }
                });
        var connecting =
                bootstrap.connect(new DomainSocketAddress(socket.toString())).awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new IOException("no router answers on " + socket, connecting.cause());
        }
        EpollDomainSocketChannel channel = (EpollDomainSocketChannel) connecting.channel();
        try {
            say(channel, HandOver.LIST);
            return new TakeOver(channel, received, readLine(received).split(" ", -1));
        } catch (IOException | NumberFormatException e) {
            channel.close();
            throw new IOException("the running router does not hand over", e);
        }
    }

    private static void say(Channel channel, char letter) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) letter}))
                .awaitUninterruptibly();
    }

    private static String readLine(BlockingQueue<Object> received) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < MAX_LINE) {
            ByteBuf bytes = (ByteBuf) next(received);
            line.append(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
            if (line.charAt(line.length() - 1) == '\n') {
                return line.substring(0, line.length() - 1);
            }
        }
        throw new IOException("a line without an end");
    }

    private static Object next(BlockingQueue<Object> received) throws IOException {
        try {
            Object message = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (message == null || message.equals(GONE)) {
                throw new IOException("the running router went away");
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The pid of the router that hands over. */
    public long pid() {
        return pid;
    }

    /**
     * The descriptors of all listening sockets, which the caller owns from now on.
     *
     * @throws IOException if the other router does not send all of them; those that have come are closed
     */
    public List<Integer> receive() throws IOException {
        channel.config().setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
        say(channel, HandOver.SEND);
        List<FileDescriptor> descriptors = new ArrayList<>();
        try {
            while (descriptors.size() < count) {
                descriptors.add((FileDescriptor) next(received));
            }
        } catch (IOException e) {
            descriptors.forEach(TakeOver::close);
            throw e;
        }
        return descriptors.stream().map(FileDescriptor::intValue).toList();
    }

    private static void close(FileDescriptor descriptor) {
        try {
            descriptor.close();
        } catch (IOException e) {
            LOG.warn("cannot close a socket of the running router", e);
        }
    }

    /** Tells the predecessor to leave now. */
    public void done() {
        say(channel, HandOver.DONE);
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        for (Object left = received.poll(); left != null; left = received.poll()) {
            if (left instanceof FileDescriptor descriptor) {
                close(descriptor); // came after the end of the wait
            } else {
                ReferenceCountUtil.release(left);
            }
        }
    }
}
