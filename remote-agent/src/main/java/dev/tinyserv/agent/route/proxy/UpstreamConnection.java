package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.BadMessage;
import dev.tinyserv.agent.route.http.BodyReader;
import dev.tinyserv.agent.route.http.BodyWriter;
import dev.tinyserv.agent.route.http.Framing;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.HeadScanner;
import dev.tinyserv.agent.route.http.Inbox;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.Response;
import dev.tinyserv.agent.route.table.AnswerEnd;
import dev.tinyserv.agent.route.table.Target;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection to an app: carries one {@link Exchange} at a time, or waits unused in its owner. For one thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and this handler hears of that
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private static final int MAX_FIELDS = 400;
    private static final int MAX_HEAD = 64 * 1024;

    /** The owner, which keeps unused connections. */
    interface Owner extends RetiredConnection.Owner {
        /** A small buffer for reading from a connection that should have no bytes. */
        ByteBuffer look();

        /** Drops a kept connection that was closed. */
        void forget(Target target, UpstreamConnection connection);
    }

    private enum State {
        UNUSED,
        /** A request is sent; nothing of its answer has come. */
        ASKED,
        HEAD,
        BODY,
        /** The answer is complete; what else was read with it is looked at before the next request. */
        ENDED,
        TUNNEL,
        CLOSED
    }

    private final Owner owner;
    private final SocketChannel channel;
    private final Inbox inbox = new Inbox();
    private final Head head = new Head(MAX_FIELDS);
    private final HeadScanner scanner = new HeadScanner(MAX_HEAD);
    private final BodyReader responseBody = new BodyReader();
    private final BodyWriter requestBody = new BodyWriter();
    private final Deadline unusedUntil = new Deadline();
    private State state = State.UNUSED;
    private @Nullable Target target;
    /** How the last answer ended; null before the first. */
    private @Nullable AnswerEnd lastEnd;

    private @Nullable AnswerListener exchange;
    private @Nullable ClientStream client;
    private @Nullable Request request;

    UpstreamConnection(Owner owner, SocketChannel channel) {
        this.owner = owner;
        this.channel = channel;
    }

    void leadsTo(Target of) {
        target = of;
    }

    /** Begins an exchange and writes its head. */
    void begin(AnswerListener next, ClientStream of, Request what, Consumer<ByteBuf> headWriter) {
        exchange = next;
        client = of;
        request = what;
        state = State.ASKED;
        unusedUntil.clear();
        ByteBuf out = channel.alloc().buffer(1024);
        headWriter.accept(out);
        channel.write(out);
        requestBody.begin(what.framing().kind() == Framing.Kind.CHUNKED);
    }

    void writeContent(ByteBuf part) {
        requestBody.content(channel, part);
    }

    void writeTrailers(Head trailers) {
        requestBody.trailers(channel, trailers);
    }

    void endRequest() {
        requestBody.end(channel);
    }

    void pass(ByteBuf bytes) {
        channel.write(bytes);
    }

    void flush() {
        channel.flush();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    void setReading(boolean reading) {
        if (channel.config().isAutoRead() != reading) {
            channel.config().setAutoRead(reading);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        AnswerListener current = exchange;
        if (current == null) {
            speaksUnasked(bytes);
            bytes.release();
            close();
            return;
        }
        if (state == State.ASKED) {
            state = State.HEAD;
        }
        inbox.add(ctx.alloc(), bytes);
        try {
            boolean progress = true;
            while (progress) {
                progress = step(current);
            }
        } catch (BadMessage bad) {
            current.badResponse(bad);
        }
        inbox.trim();
    }

    /** Notes that an app sent bytes unasked, unless it sent a 408 because it waited too long. */
    private void speaksUnasked(ByteBuf bytes) {
        AnswerEnd end = lastEnd;
        if (state == State.UNUSED && end != null && target != null && !isTimeout(bytes)) {
            owner.exceeded(target, end);
        }
    }

    private static boolean isTimeout(ByteBuf bytes) {
        int start = bytes.readerIndex();
        return bytes.readableBytes() >= 12
                && bytes.toString(start, 7, StandardCharsets.ISO_8859_1).equals("HTTP/1.")
                && bytes.toString(start + 8, 4, StandardCharsets.ISO_8859_1).equals(" 408");
    }

    /**
     * Whether nothing has come over an unused connection since its last answer. Reads from the socket itself, because
     * this thread may not know of new bytes yet.
     */
    boolean isUntouched() {
        AnswerEnd end = lastEnd;
        if (end == null || target == null || !target.conduct().mayKeep(end.kind())) {
            return false;
        }
        if (!(channel instanceof UnixChannel socket)) {
            return true;
        }
        ByteBuffer into = owner.look();
        try {
            int size = socket.fd().read(into, 0, into.capacity());
            if (size > 0) {
                speaksUnasked(Unpooled.wrappedBuffer(into.duplicate().limit(size)));
            }
            return size == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean step(AnswerListener current) {
        if (exchange != current) {
            return false;
        }
        return switch (state) {
            case HEAD -> readHead(current);
            case BODY -> readBody();
            case TUNNEL -> passOn();
            case ENDED, UNUSED, ASKED, CLOSED -> false;
        };
    }

    private boolean readHead(AnswerListener current) {
        ByteBuf in = inbox.bytes();
        int size = in.isReadable() ? scanner.scan(in, true) : -1;
        if (size < 0) {
            return false;
        }
        head.read(in, size, true);
        Request asked = Objects.requireNonNull(request);
        Response response = Response.check(head, asked.head());
        if (response.status() == 101) {
            if (!asked.upgrade()) {
                throw BadMessage.request("101 to a request that asked for no other protocol");
            }
            state = State.TUNNEL;
            current.switched(head, response);
        } else {
            if (!response.informational()) {
                state = State.BODY;
                responseBody.begin(response.framing());
            }
            current.answered(head, response);
        }
        return true;
    }

    /** Whether the answer under way is a stream of events. */
    boolean sendsEvents() {
        return state == State.BODY && Response.isEventStream(head);
    }

    private boolean readBody() {
        if (responseBody.read(inbox.bytes(), Objects.requireNonNull(client))) {
            state = State.ENDED;
        }
        return false;
    }

    private void complete() {
        AnswerListener current = exchange;
        if (state == State.ENDED && current != null) {
            boolean more = inbox.size() > 0;
            inbox.clear();
            current.responseComplete(more);
        }
    }

    private boolean passOn() {
        ByteBuf all = inbox.takeAll();
        if (all != null && client != null) {
            client.passToClient(all);
        }
        return false;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        complete();
        ClientStream to = client;
        if (to == null) {
            return;
        }
        to.flush();
        if (exchange != null && !to.isWritable()) {
            to.awaitClient();
            setReading(false);
        }
        if (exchange == null) {
            client = null;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (client != null && exchange != null) {
            client.appWritabilityChanged();
        }
    }

    /** Marks the connection as unused, for this long at most. */
    void idleFor(AnswerEnd end, Duration time, long now) {
        lastEnd = end;
        exchange = null;
        request = null;
        state = State.UNUSED;
        unusedUntil.in(time, now);
        setReading(true);
    }

    /**
     * Serves no request from now on. The result handles all events in its place, once {@link RetiredConnection#begin}
     * is called.
     */
    RetiredConnection retire(AnswerEnd end, @Nullable Runnable afterWatch) {
        exchange = null;
        state = State.CLOSED;
        RetiredConnection retired =
                new RetiredConnection(owner, channel, Objects.requireNonNull(target), end, afterWatch);
        channel.pipeline().addFirst(retired);
        return retired;
    }

    boolean isFresh(long now) {
        return state == State.UNUSED && channel.isActive() && !unusedUntil.isOver(now);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (state == State.TUNNEL && exchange != null) {
                exchange.appEnded();
            } else {
                ended();
                ctx.close();
            }
        }
    }

    private void ended() {
        complete();
        AnswerListener current = exchange;
        if (state == State.BODY && responseBody.endsWithConnection() && current != null) {
            current.responseComplete(false);
            if (client != null) {
                client.flush();
            }
        }
        gone();
    }

    private void gone() {
        State before = state;
        AnswerListener current = exchange;
        state = State.CLOSED;
        exchange = null;
        inbox.clear();
        if (before == State.UNUSED && target != null) {
            owner.forget(target, this);
        }
        if (current != null) {
            if (before == State.TUNNEL) {
                current.tunnelBroken();
            } else {
                current.appClosed(lastEnd != null, before == State.ASKED);
            }
        }
    }

    /** Closes the connection without telling the exchange. */
    void close() {
        if (state == State.UNUSED && target != null) {
            owner.forget(target, this);
        }
        exchange = null;
        state = State.CLOSED;
        channel.close();
    }

    void shutdownOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> channel.shutdownOutput());
    }

    void closeFlushed() {
        exchange = null;
        state = State.CLOSED;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (state != State.CLOSED) {
            ended();
        }
        inbox.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        UnexpectedFailure.logUnlessIo(cause);
        if (state != State.CLOSED) {
            complete();
            gone();
        }
        ctx.close();
    }
}
