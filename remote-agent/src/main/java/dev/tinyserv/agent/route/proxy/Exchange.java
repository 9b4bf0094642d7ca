package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.event.FailedRequest;
import dev.tinyserv.agent.route.http.BadMessage;
import dev.tinyserv.agent.route.http.BodyReader;
import dev.tinyserv.agent.route.http.Framing;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.HeadWriter;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.Response;
import dev.tinyserv.agent.route.site.ReadyReply;
import dev.tinyserv.agent.route.table.AnswerEnd;
import dev.tinyserv.agent.route.table.Otherwise;
import dev.tinyserv.agent.route.table.Route;
import dev.tinyserv.agent.route.table.Target;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.buildpack.Site;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer: picks a target and carries the request there and the answer back, or serves a file of the
 * site. Each request ends exactly once, however it ends. Runs on the client's thread.
 */
final class Exchange implements BodyReader.Sink, AnswerListener {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final int MAX_PATH = 200;

    /** How far the answer is. */
    private enum Phase {
        /** Nothing of it has been sent. */
        UNANSWERED,
        /** Its head has been sent, and says where its body ends. */
        ANSWERING,
        /** Its head has been sent; the end of the connection is the end of its body. */
        ANSWERING_UNTIL_CLOSE,
        /** A file of a site is being sent. */
        SERVING,
        /** Both sides may send what they like. */
        TUNNEL,
        /** A tunnel whose client has sent all it will. */
        TUNNEL_FROM_APP,
        /** A tunnel whose app has sent all it will. */
        TUNNEL_FROM_CLIENT,
        /** It has ended, in whatever way. */
        OVER;

        boolean isTunnel() {
            return this == TUNNEL || this == TUNNEL_FROM_APP || this == TUNNEL_FROM_CLIENT;
        }
    }

    private final ClientStream client;
    private final Traffic traffic;
    private final UpstreamPool pool;
    private final Head head;
    private final Request request;
    private final TargetClaim claim;
    private final long began;
    private final String id;
    private @Nullable UpstreamConnection upstream;
    /** The target to which the request was sent first; null before. */
    private @Nullable Target first;

    private @Nullable Response response;
    private Phase phase = Phase.UNANSWERED;
    private boolean requestComplete;
    private boolean repeated;
    private boolean keepAlive;

    Exchange(ClientStream client, Traffic traffic, UpstreamPool pool, int port, Head head, Request request) {
        this.client = client;
        this.traffic = traffic;
        this.pool = pool;
        this.head = head;
        this.request = request;
        this.claim = new TargetClaim(traffic, port, head);
        this.requestComplete = !request.hasBody();
        this.began = traffic.now();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        this.id = hex(random.nextLong()) + hex(random.nextLong());
        traffic.begin();
    }

    private static String hex(long value) {
        return Long.toHexString(value | Long.MIN_VALUE);
    }

    void start() {
        if (takeTarget()) {
            open(false);
        }
    }

    private boolean takeTarget() {
        if (claim.take()) {
            return true;
        }
        Route current = claim.route();
        if (current == null) {
            fail(503, "no app is served on this port", "no route");
        } else {
            answerWithoutTarget(current);
        }
        return false;
    }

    private void answerWithoutTarget(Route current) {
        Otherwise otherwise = current.wanted().otherwise();
        if (!current.targets().isEmpty()) {
            fail(502, "the app does not accept connections", "refused connection");
        } else if (otherwise instanceof Otherwise.Files files) {
            serve(files.site());
        } else {
            String reason = otherwise instanceof Otherwise.Page page ? page.reason() : "";
            fail(503, reason.isBlank() ? "the app is not running" : Printable.escaped(reason), "no instance");
        }
    }

    /** Has other threads read the file. Meanwhile the client may leave, or its time may run out. */
    private void serve(Site site) {
        client.awaitFirstByte(traffic.settings().firstByteTimeout());
        CompletableFuture<ReadyReply> unused = traffic.sites()
                .read(site, head, request)
                .whenCompleteAsync((ready, problem) -> found(site, ready, problem), client.thread());
    }

    private void found(Site site, @Nullable ReadyReply ready, @Nullable Throwable problem) {
        if (ready == null) {
            LOG.error("cannot serve {} from {}", path(), site.folder(), problem);
            fail(500, "the file cannot be read", "cannot read the file");
        } else if (phase == Phase.OVER) {
            ready.discard();
        } else {
            keepAlive = request.keepAlive() && requestComplete && !traffic.isLeaving();
            phase = Phase.SERVING;
            client.reply(ready, request, keepAlive, this::served);
        }
    }

    private void served() {
        if (phase == Phase.SERVING) {
            finish();
            client.exchangeDone(keepAlive);
        }
    }

    private void open(boolean fresh) {
        Target chosen = claim.target();
        if (chosen == null) {
            return;
        }
        UpstreamConnection kept = fresh ? null : pool.take(chosen);
        if (kept != null) {
            attach(kept);
            return;
        }
        pool.connect(chosen, connection -> {
            if (phase == Phase.OVER) {
                if (connection != null) {
                    connection.close();
                }
            } else if (connection == null) {
                refused(chosen);
            } else {
                attach(connection);
                client.resume();
            }
        });
    }

    private void refused(Target refusing) {
        if (claim.refused()) {
            pool.probe(refusing);
        }
        if (takeTarget()) {
            open(repeated);
            client.resume(); // a kept connection takes the body at once
        }
    }

    private void attach(UpstreamConnection connection) {
        upstream = connection;
        if (first == null) {
            first = claim.target();
        }
        connection.begin(
                this,
                client,
                request,
                outgoing -> HeadWriter.request(outgoing, head, request, client.forwarding(), client.ownAddress(), id));
        if (requestComplete) {
            client.awaitFirstByte(traffic.settings().firstByteTimeout());
            connection.flush();
        }
    }

    boolean takesBody() {
        return upstream != null;
    }

    @Override
    public void content(ByteBuf part) {
        if (upstream == null) {
            part.release();
        } else {
            upstream.writeContent(part);
        }
    }

    @Override
    public void trailers(Head trailers) {
        if (upstream != null) {
            upstream.writeTrailers(trailers);
        }
    }

    void requestComplete() {
        requestComplete = true;
        if (upstream != null) {
            upstream.endRequest();
        }
        if (response == null) {
            client.awaitFirstByte(traffic.settings().firstByteTimeout());
        }
    }

    void flushToApp() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    boolean appIsWritable() {
        return upstream != null && upstream.isWritable();
    }

    void clientWritabilityChanged() {
        if (upstream != null) {
            upstream.setReading(client.isWritable());
        }
    }

    @Override
    public void answered(Head responseHead, Response came) {
        if (came.informational()) {
            if (request.http11()) {
                client.writeHead(responseHead, came, Framing.NONE, true, true, null);
                client.flush();
            }
            if (requestComplete) {
                client.awaitFirstByte(traffic.settings().firstByteTimeout());
            }
            return;
        }
        response = came;
        Framing outgoing = outgoingFraming(came);
        boolean untilClose = outgoing.kind() == Framing.Kind.UNTIL_CLOSE;
        phase = untilClose ? Phase.ANSWERING_UNTIL_CLOSE : Phase.ANSWERING;
        keepAlive = request.keepAlive() && requestComplete && !traffic.isLeaving() && !untilClose;
        client.writeHead(responseHead, came, outgoing, request.http11(), keepAlive, claim.cookie(client.forwarding()));
    }

    private Framing outgoingFraming(Response came) {
        if (came.framing().kind() == Framing.Kind.NONE) {
            Framing declared = came.declared();
            if (declared == null || came.status() == 204) {
                return Framing.NONE;
            }
            return declared.kind() == Framing.Kind.CHUNKED && !request.http11() ? Framing.NONE : declared;
        }
        if (came.framing().kind() == Framing.Kind.LENGTH) {
            return came.framing();
        }
        return request.http11() ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
    }

    /** Whether the answer is a stream of events, which a client that ends its side has left. */
    boolean sendsEvents() {
        return upstream != null && upstream.sendsEvents();
    }

    boolean isAnswered() {
        return phase != Phase.UNANSWERED;
    }

    @Override
    public void switched(Head responseHead, Response came) {
        response = came;
        phase = Phase.TUNNEL;
        client.writeHead(responseHead, came, Framing.NONE, true, true, claim.cookie(client.forwarding()));
        client.becomeTunnel();
    }

    @Override
    public void responseComplete(boolean more) {
        Response came = response;
        UpstreamConnection connection = upstream;
        Target served = claim.target();
        if (phase == Phase.OVER || came == null || connection == null || served == null) {
            return;
        }
        client.endBody();
        boolean staysOpen =
                requestComplete && came.keepAlive() && came.framing().kind() != Framing.Kind.UNTIL_CLOSE;
        AnswerEnd end = staysOpen ? end(came, more) : null;
        finish();
        if (end == null) {
            connection.close();
        } else {
            if (more) {
                pool.exceeded(served, end);
            }
            pool.takeBack(connection, served, end, came.keepAliveSeconds());
        }
        client.exchangeDone(keepAlive);
    }

    private AnswerEnd end(Response came, boolean more) {
        AnswerEnd.Kind kind = AnswerEnd.kind(came, request);
        String answer = kind.isBare() || kind.isLast() || more
                ? head.text(0, request.methodEnd()) + " " + path() + " " + came.status()
                : "";
        return new AnswerEnd(
                kind, Objects.requireNonNull(claim.route()).wanted().app(), answer, key(kind, came));
    }

    /**
     * The key of answers without a body that may come again; null for all others, and for a 204 whose head announces a
     * body. A 304 may announce the length of another answer.
     */
    private @Nullable Long key(AnswerEnd.Kind kind, Response came) {
        boolean known = switch (kind) {
            case NO_CONTENT -> !announces(came);
            case NOT_MODIFIED -> isConditional();
            case AFTER_BODY, HEAD, LENGTH, CHUNKED -> false;
        };
        return known ? AskedFor.hash(head, came.status()) : null;
    }

    private static boolean announces(Response came) {
        Framing declared = came.declared();
        return declared != null && declared.hasBytes();
    }

    private boolean isConditional() {
        return head.has("if-none-match") || head.has("if-modified-since");
    }

    private void finish() {
        phase = Phase.OVER;
        upstream = null;
        claim.release();
        traffic.end();
    }

    @Override
    public void appClosed(boolean reused, boolean nothingReceived) {
        if (phase == Phase.OVER) {
            return;
        }
        upstream = null;
        if (nothingReceived && request.repeatable() && takesAgain(reused)) {
            repeated = true;
            open(true);
        } else {
            fail(502, "the app closed the connection without an answer", "closed the connection");
        }
    }

    /**
     * Whether the request may be sent once more: to the same target if that may have ended an unused connection, else to
     * another one, unless it has been there. So a request that ends whatever reads it ends two targets at most.
     */
    private boolean takesAgain(boolean reused) {
        Target last = claim.target();
        return (reused && !repeated) || (last != null && last.equals(first) && claim.takeOther());
    }

    @Override
    public void badResponse(BadMessage bad) {
        fail(502, "the app's answer is not valid HTTP", "sent " + bad.why());
    }

    void timedOut() {
        fail(504, "the app did not answer in time", "no answer");
    }

    /** Ends the exchange for a fault of the client. */
    void reject(BadMessage bad) {
        end(bad.status(), bad.why());
    }

    private void fail(int status, String line, String cause) {
        if (phase == Phase.OVER) {
            return;
        }
        Route failed = claim.route();
        if (failed != null) {
            traffic.failures().failed(failed.wanted().app(), failure(status, cause), traffic.now());
        }
        end(status, line);
    }

    /** The failure as the client saw it: once the answer's head was sent, its status counts. */
    private FailedRequest failure(int status, String cause) {
        Response begun = response;
        Target at = claim.target();
        return new FailedRequest(
                head.text(0, request.methodEnd()),
                path(),
                begun == null ? status : begun.status(),
                at == null ? null : at.endpoint(),
                begun != null,
                cause,
                (traffic.now() - began) / 1_000_000);
    }

    private String path() {
        String path = head.text(request.targetStart(), request.targetEnd());
        int query = path.indexOf('?');
        return Printable.shortened(query < 0 ? path : path.substring(0, query), MAX_PATH);
    }

    private void end(int status, String line) {
        if (phase == Phase.OVER) {
            return;
        }
        UpstreamConnection connection = upstream;
        Phase before = phase;
        finish();
        if (connection != null) {
            connection.close();
        }
        if (before == Phase.ANSWERING_UNTIL_CLOSE) {
            client.abort();
        } else if (before != Phase.UNANSWERED) {
            client.closeFlushed();
        } else {
            client.answer(
                    status,
                    line,
                    request.keepAlive() && requestComplete && status >= 500 && !traffic.isLeaving(),
                    request.head());
            client.resume();
        }
    }

    /** The client went away. */
    void cancel() {
        if (phase != Phase.OVER) {
            UpstreamConnection connection = upstream;
            boolean tunnel = phase.isTunnel();
            finish();
            if (connection != null && tunnel) {
                connection.closeFlushed();
            } else if (connection != null) {
                connection.close();
            }
        }
    }

    /** Passes bytes of a tunnel to the app; owns them. */
    void passToApp(ByteBuf bytes) {
        if (upstream == null) {
            bytes.release();
        } else {
            upstream.pass(bytes);
        }
    }

    void clientEnded() {
        if (upstream != null) {
            upstream.shutdownOutput();
        }
        halfOver(Phase.TUNNEL_FROM_APP);
    }

    @Override
    public void appEnded() {
        client.shutdownOutput();
        halfOver(Phase.TUNNEL_FROM_CLIENT);
    }

    /** Notes that one side of a tunnel has ended. The tunnel is over when both have. */
    private void halfOver(Phase left) {
        if (phase == Phase.TUNNEL) {
            phase = left;
        } else if (phase.isTunnel() && phase != left) {
            UpstreamConnection connection = upstream;
            finish();
            if (connection != null) {
                connection.closeFlushed();
            }
            client.closeFlushed();
        }
    }

    @Override
    public void tunnelBroken() {
        if (phase != Phase.OVER) {
            finish();
            client.closeFlushed();
        }
    }
}
