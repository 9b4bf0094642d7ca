package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.table.AnswerEnd;
import dev.tinyserv.agent.route.table.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an app that serves no request while this handler is in its pipeline. Bytes that the app still sends
 * are noted and dropped. A watched connection on which nothing comes serves again. Any other ends its own side, and is
 * closed when the app has ended the other side: so an app that serves one connection at a time can go on, and one that
 * still writes is not cut off.
 */
@SuppressWarnings("FutureReturnValueIgnored") // this handler hears how it ends
final class RetiredConnection extends ChannelInboundHandlerAdapter {
    /** Longer than an app takes to send more behind its answer. */
    static final Duration WATCH_TIME = Duration.ofMillis(400);

    /** The owner, which keeps the connection until it ends. */
    interface Owner {
        /** The time, as {@link System#nanoTime} says it. */
        long now();

        /** The app has sent bytes behind the end of an answer. */
        void exceeded(Target target, AnswerEnd end);

        /** The connection is closed, or serves again. */
        void ended(RetiredConnection connection);
    }

    private static final Duration CLOSE_TIME = Duration.ofSeconds(1);
    private static final int MAX_BYTES = 64 * 1024;

    private final Owner owner;
    private final SocketChannel channel;
    private final Target target;
    private final AnswerEnd end;
    private final @Nullable Runnable afterWatch;
    private final Deadline deadline = new Deadline();
    private boolean ending;
    private boolean over;
    private int bytes;

    /**
     * Retires a connection that is not in use.
     *
     * @param afterWatch runs if nothing comes for the watch time; null to end at once
     */
    RetiredConnection(Owner owner, SocketChannel channel, Target target, AnswerEnd end, @Nullable Runnable afterWatch) {
        this.owner = owner;
        this.channel = channel;
        this.target = target;
        this.end = end;
        this.afterWatch = afterWatch;
    }

    void begin() {
        channel.config().setAutoRead(true);
        if (afterWatch != null) {
            deadline.in(WATCH_TIME, owner.now());
        } else {
            endOutput();
        }
    }

    private void endOutput() {
        ending = true;
        deadline.in(CLOSE_TIME, owner.now());
        // An app may still read the body of the request that it has answered.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> channel.shutdownOutput());
    }

    void checkDeadline(long now) {
        if (deadline.isOver(now)) {
            if (ending) {
                end(true);
            } else if (afterWatch != null
                    && channel.isActive()
                    && target.conduct().mayKeep(end.kind())) {
                leave(true);
                channel.pipeline().remove(this);
                afterWatch.run();
            } else {
                endOutput();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf more = (ByteBuf) message;
        int size = more.readableBytes();
        more.release();
        if (bytes == 0 && size > 0) {
            owner.exceeded(target, end);
            if (!ending) {
                endOutput();
            }
        }
        bytes += size;
        if (bytes > MAX_BYTES) {
            end(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            end(ending);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        UnexpectedFailure.logUnlessIo(cause);
        end(false);
    }

    private void end(boolean wasListenedTo) {
        if (!over) {
            leave(wasListenedTo);
            channel.close();
        }
    }

    private void leave(boolean wasListenedTo) {
        over = true;
        if (afterWatch != null) {
            target.conduct().watched(end, wasListenedTo && bytes == 0);
        }
        owner.ended(this);
    }
}
