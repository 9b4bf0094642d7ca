package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.BadMessage;
import dev.tinyserv.agent.route.http.BodyReader;
import dev.tinyserv.agent.route.http.BodyWriter;
import dev.tinyserv.agent.route.http.Field;
import dev.tinyserv.agent.route.http.Forwarding;
import dev.tinyserv.agent.route.http.Framing;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.HeadWriter;
import dev.tinyserv.agent.route.http.Inbox;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.RequestReader;
import dev.tinyserv.agent.route.http.Response;
import dev.tinyserv.agent.route.site.FileSender;
import dev.tinyserv.agent.route.site.ReadyReply;
import dev.tinyserv.agent.route.site.SiteReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NetUtil;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's connection: reads requests one after another, each carried by an {@link Exchange}. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and this handler hears of that
final class ClientConnection extends ChannelInboundHandlerAdapter
        implements ClientStream, FileSender.Taker, PlaceHolder {
    static final Duration HEAD_TIME = Duration.ofSeconds(15);
    private static final Duration LINGER_TIME = Duration.ofSeconds(2);
    /** The longest gap in a body that is being sent, and below, in an answer that is being read. */
    private static final long BODY_GAP_NANOS = 200_000_000;

    private static final long ANSWER_GAP_NANOS = 2_000_000_000;
    /** How long a client that has just come or just begun a request counts as {@link Waiting#JUST_BEGUN}. */
    static final long GRACE_NANOS = 1_000_000_000;

    private static final int READ_AHEAD = 64 * 1024;

    /** The phase of the connection. */
    private enum Phase {
        /** Nothing has come yet. */
        NEW,
        /** The last request has its answer; nothing of another one has come. */
        IDLE,
        /** A part of a request's head has come. */
        HEAD,
        /** A request's body is announced; nothing of it has come. */
        BODY_DUE,
        /** A request's body is on its way. */
        BODY,
        /** The request is complete, its answer is not. */
        ANSWER,
        TUNNEL,
        /** The last answer is sent; the rest of what the client sends is thrown away so that it can read the answer. */
        LINGER;

        boolean isBeforeRequest() {
            return this == NEW || this == IDLE || this == HEAD;
        }

        boolean isBody() {
            return this == BODY_DUE || this == BODY;
        }
    }

    private final Traffic traffic;
    private final UpstreamPool pool;
    private final Origin origin;
    private final SocketChannel channel;
    private final Consumer<ClientConnection> gone;
    private final Forwarding forwarding;
    private final Inbox inbox = new Inbox();
    private final RequestReader requests = new RequestReader();
    private final BodyReader requestBody = new BodyReader();
    private final BodyWriter responseBody = new BodyWriter();
    private final Deadline deadline = new Deadline();
    private Phase phase = Phase.NEW;
    private @Nullable Exchange exchange;
    private boolean processing;
    private boolean sendsNoMore;
    private boolean answerStalls;
    private final long cameAt;
    private long waitsSince;
    private long movedAt;

    /**
     * A connection that was just accepted.
     *
     * @param gone told once, when it is closed
     */
    ClientConnection(
            Traffic traffic, UpstreamPool pool, Origin origin, SocketChannel channel, Consumer<ClientConnection> gone) {
        this.traffic = traffic;
        this.pool = pool;
        this.origin = origin;
        this.channel = channel;
        this.gone = gone;
        this.forwarding = Forwarding.of(channel.remoteAddress(), origin.port(), origin.trusted());
        this.cameAt = traffic.now();
        this.waitsSince = cameAt;
        this.movedAt = cameAt;
        deadline.in(HEAD_TIME, cameAt);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        movedAt = traffic.now();
        if (phase == Phase.LINGER) {
            bytes.release();
            return;
        }
        inbox.add(channel.alloc(), bytes);
        if (phase.isBody()) {
            phase = Phase.BODY;
            waitsFromNow(traffic.settings().idleTimeout());
        }
        process();
    }

    private void waitsFromNow(Duration limit) {
        waitsSince = traffic.now();
        deadline.in(limit, waitsSince);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flushUpstream();
    }

    private void flushUpstream() {
        if (exchange != null) {
            exchange.flushToApp();
        }
        updateReading();
    }

    @Override
    public void resume() {
        process();
        flushUpstream();
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        try {
            boolean progress = true;
            while (progress) {
                progress = switch (phase) {
                    case NEW, IDLE, HEAD -> readHead();
                    case BODY_DUE, BODY -> readBody();
                    case TUNNEL -> passOn();
                    case ANSWER, LINGER -> false;
                };
            }
        } catch (BadMessage bad) {
            reject(bad);
        } finally {
            processing = false;
        }
        if (phase == Phase.LINGER) {
            inbox.clear();
        } else {
            inbox.trim();
        }
        if (sendsNoMore) {
            closeUnlessOwed();
        }
    }

    /** A client that has ended its sending side gets the answers to what it has asked, and is closed then. */
    private void closeUnlessOwed() {
        Exchange current = exchange;
        switch (phase) {
            case NEW, IDLE, HEAD -> closeFlushed();
            case BODY_DUE, BODY -> {
                if (current != null && current.takesBody()) {
                    current.reject(BadMessage.request("the request's body broke off"));
                }
            }
            case ANSWER -> {
                if (current != null && current.sendsEvents()) {
                    channel.close();
                }
            }
            case LINGER -> closeFlushed();
            case TUNNEL -> {
                // Each side ends on its own.
            }
        }
    }

    private boolean readHead() {
        ByteBuf in = inbox.bytes();
        if (!requests.begins(in)) {
            return false;
        }
        if (phase != Phase.HEAD) {
            phase = Phase.HEAD;
            waitsFromNow(HEAD_TIME);
        }
        Request request = requests.read(in);
        if (request == null) {
            return false;
        }
        answerStalls = false;
        requestBody.begin(request.framing());
        exchange = new Exchange(this, traffic, pool, origin.port(), requests.head(), request);
        if (request.hasBody()) {
            phase = in.isReadable() ? Phase.BODY : Phase.BODY_DUE;
            waitsFromNow(traffic.settings().idleTimeout());
        } else {
            phase = Phase.ANSWER;
            deadline.clear();
        }
        exchange.start();
        return true;
    }

    private boolean readBody() {
        Exchange current = exchange;
        if (current == null || !current.takesBody()) {
            return false;
        }
        if (!requestBody.read(inbox.bytes(), current)) {
            return false;
        }
        phase = Phase.ANSWER;
        deadline.clear();
        current.requestComplete();
        return true;
    }

    private boolean passOn() {
        ByteBuf all = inbox.takeAll();
        if (all != null) {
            if (exchange != null) {
                exchange.passToApp(all);
            } else {
                all.release();
            }
        }
        return false;
    }

    private void reject(BadMessage bad) {
        Exchange current = exchange;
        if (current == null) {
            answer(bad.status(), bad.why(), false, false);
        } else {
            current.reject(bad);
        }
    }

    /** Sets whether more is read: what can be passed on, or a little ahead so that a closing client is noticed. */
    private void updateReading() {
        boolean passesOn = phase == Phase.TUNNEL || (phase.isBody() && exchange != null && exchange.takesBody());
        boolean room = passesOn ? exchange != null && exchange.appIsWritable() : inbox.size() < READ_AHEAD;
        if (channel.config().isAutoRead() != room) {
            channel.config().setAutoRead(room);
        }
    }

    @Override
    public void appWritabilityChanged() {
        if (phase.isBody()) {
            waitsFromNow(traffic.settings().idleTimeout());
        }
        updateReading();
    }

    @Override
    public void answer(int status, String line, boolean keepAlive, boolean toHead) {
        exchange = null;
        ByteBuf out = channel.alloc().buffer();
        HeadWriter.answer(out, status, line, keepAlive, toHead);
        channel.write(out);
        next(keepAlive);
        channel.flush();
    }

    @Override
    public void reply(ReadyReply ready, Request request, boolean keepAlive, Runnable done) {
        SiteReply reply = ready.reply();
        ByteBuf out = channel.alloc().buffer(512 + ready.body().length);
        HeadWriter.own(out, reply.status(), reply.head(request.http11(), keepAlive));
        out.writeBytes(ready.body());
        FileChannel file = ready.file();
        if (file == null) {
            channel.writeAndFlush(out);
            done.run();
        } else {
            channel.write(out);
            new FileSender(this, file, reply.part(), traffic.sites(), done).send(channel);
        }
    }

    @Override
    public void exchangeDone(boolean keepAlive) {
        exchange = null;
        next(keepAlive);
        resume();
    }

    private void next(boolean keepAlive) {
        if (keepAlive) {
            phase = Phase.IDLE;
            waitsFromNow(traffic.settings().idleTimeout());
            return;
        }
        phase = Phase.LINGER;
        if (!processing) {
            inbox.clear();
        }
        waitsFromNow(traffic.settings().idleTimeout());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            deadline.in(LINGER_TIME, traffic.now());
            channel.shutdownOutput();
            if (sendsNoMore) {
                channel.close();
            }
        });
        updateReading();
    }

    @Override
    public void writeHead(
            Head responseHead,
            Response response,
            Framing framing,
            boolean http11,
            boolean keepAlive,
            @Nullable Field more) {
        movedAt = traffic.now();
        ByteBuf out = channel.alloc().buffer(512);
        HeadWriter.response(out, responseHead, response, framing, http11, keepAlive, more);
        channel.write(out);
        if (!response.informational()) {
            takesItsTime();
            responseBody.begin(
                    response.framing().kind() != Framing.Kind.NONE && framing.kind() == Framing.Kind.CHUNKED);
        }
    }

    /**
     * Lifts the time limit of an answer, because a leaving client is noticed. A client that has ended its side is not
     * noticed, and keeps the limit of an idle one.
     */
    private void takesItsTime() {
        if (sendsNoMore) {
            waitsFromNow(traffic.settings().idleTimeout());
        } else {
            deadline.clear();
        }
    }

    /** A part of the response's body. */
    @Override
    public void content(ByteBuf part) {
        movedAt = traffic.now();
        if (sendsNoMore) {
            takesItsTime();
        }
        responseBody.content(channel, part);
    }

    @Override
    public void trailers(Head trailers) {
        responseBody.trailers(channel, trailers);
    }

    @Override
    public void endBody() {
        responseBody.end(channel);
    }

    @Override
    public void becomeTunnel() {
        phase = Phase.TUNNEL;
        deadline.clear();
        resume();
        if (sendsNoMore && exchange != null) {
            exchange.clientEnded();
        }
    }

    @Override
    public void passToClient(ByteBuf bytes) {
        movedAt = traffic.now();
        channel.write(bytes);
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public Executor thread() {
        return channel.eventLoop();
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public String ownAddress() {
        return NetUtil.toSocketAddressString(channel.localAddress());
    }

    @Override
    public void awaitFirstByte(Duration time) {
        deadline.in(time, traffic.now());
    }

    @Override
    public void awaitClient() {
        if (phase != Phase.TUNNEL) {
            answerStalls = true;
            waitsFromNow(traffic.settings().idleTimeout());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (exchange != null) {
            if (isWritable() && exchange.isAnswered() && phase == Phase.ANSWER) {
                answerStalls = false;
                takesItsTime();
            }
            exchange.clientWritabilityChanged();
        }
    }

    @Override
    public void shutdownOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> channel.shutdownOutput());
    }

    @Override
    public void closeFlushed() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void abort() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    void closeIfIdle() {
        if (phase.isBeforeRequest() && inbox.size() == 0) {
            channel.close();
        }
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public long cameAt() {
        return cameAt;
    }

    @Override
    public Waiting waitsFor(long now) {
        long waited = now - waitsSince;
        return switch (phase) {
            case IDLE -> hasUnsent() ? stalled(waited) : Waiting.REQUEST;
            case NEW, HEAD -> waited > GRACE_NANOS ? Waiting.HEAD : Waiting.JUST_BEGUN;
            case LINGER -> hasUnsent() ? stalled(waited) : Waiting.REQUEST;
            case BODY_DUE -> owesBody(waited, GRACE_NANOS, Waiting.JUST_BEGUN);
            case BODY -> owesBody(waited, BODY_GAP_NANOS, Waiting.NOTHING);
            case ANSWER -> waitsForAnswer(waited, now);
            case TUNNEL -> silent(now);
        };
    }

    /** A client that the router does not read owes nothing. */
    private Waiting owesBody(long waited, long gap, Waiting meanwhile) {
        if (!channel.config().isAutoRead()) {
            return Waiting.NOTHING;
        }
        return waited > gap ? Waiting.BODY : meanwhile;
    }

    private Waiting waitsForAnswer(long waited, long now) {
        if (sendsNoMore) {
            return waited > ANSWER_GAP_NANOS ? Waiting.LEAVING : Waiting.NOTHING;
        }
        if (answerStalls) {
            return stalled(waited);
        }
        // One whose answer has not begun waits for the app, which has a time-out of its own.
        return exchange != null && exchange.isAnswered() ? silent(now) : Waiting.NOTHING;
    }

    private Waiting silent(long now) {
        return now - movedAt > traffic.settings().idleTimeout().toNanos() ? Waiting.SILENT : Waiting.NOTHING;
    }

    private static Waiting stalled(long waited) {
        return waited > ANSWER_GAP_NANOS ? Waiting.ANSWER : Waiting.NOTHING;
    }

    /** Whether written bytes have not reached the kernel, which sends all its bytes even after a close. */
    private boolean hasUnsent() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out != null && !out.isEmpty();
    }

    @Override
    public long waitsSince() {
        return waitsSince;
    }

    @Override
    public long movedAt() {
        return movedAt;
    }

    /** Closes at once. An answer that has begun is reset, so that the client does not take a part of it for all. */
    void giveUp() {
        if (hasUnsent() || (exchange != null && exchange.isAnswered())) {
            abort();
        } else {
            channel.close();
        }
    }

    void giveUpUnlessTunnel() {
        if (phase != Phase.TUNNEL) {
            giveUp();
        }
    }

    void checkDeadline(long now) {
        if (!deadline.isOver(now)) {
            return;
        }
        deadline.clear();
        Exchange current = exchange;
        if (current == null && phase == Phase.HEAD) {
            answer(408, "the request's head did not arrive in time", false, false);
        } else if (current != null && phase.isBody() && channel.config().isAutoRead()) {
            current.reject(new BadMessage(408, "the request's body did not arrive in time"));
        } else if (current != null && !current.isAnswered()) {
            current.timedOut();
        } else if (current != null) {
            abort();
        } else {
            channel.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (phase == Phase.TUNNEL && exchange != null) {
                exchange.clientEnded();
            } else {
                endInput();
            }
        }
    }

    private void endInput() {
        sendsNoMore = true;
        Exchange current = exchange;
        if (current != null && current.isAnswered()) {
            takesItsTime();
        } else if (phase == Phase.ANSWER) {
            waitsSince = traffic.now();
        }
        resume();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone.accept(this);
        inbox.clear();
        phase = Phase.LINGER;
        if (exchange != null) {
            exchange.cancel();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        UnexpectedFailure.logUnlessIo(cause);
        abort();
    }
}
