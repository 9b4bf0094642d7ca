package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.BodyReader;
import dev.tinyserv.agent.route.http.Forwarding;
import dev.tinyserv.agent.route.http.Framing;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.Response;
import dev.tinyserv.agent.route.site.ReadyReply;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What an {@link Exchange} needs of the connection that its request came over: the way back for one answer. As a
 * {@link BodyReader.Sink} it takes the answer's body. How a request and its answer lie on the wire is the connection's
 * own affair: one of HTTP/1.1 is a single stream, one of HTTP/2 would have many. Used on the client's thread only.
 */
interface ClientStream extends BodyReader.Sink {
    /** The client's thread. */
    Executor thread();

    /** What the app is told of where the request comes from. */
    Forwarding forwarding();

    /** The address that the client has connected to, for a request that names no host. */
    String ownAddress();

    /**
     * Answers by the router itself, with one line of text. The exchange is over then.
     *
     * @param keepAlive whether another request may follow
     * @param toHead whether a HEAD is answered, so that only the head is sent
     */
    void answer(int status, String line, boolean keepAlive, boolean toHead);

    /**
     * Answers with a file of a site.
     *
     * @param ready sent or discarded
     * @param done called when everything is written; not if the connection breaks
     */
    void reply(ReadyReply ready, Request request, boolean keepAlive, Runnable done);

    /** Writes the head of the app's answer, or of an interim one before it. */
    void writeHead(Head head, Response response, Framing framing, boolean http11, boolean keepAlive);

    /** The answer's body is complete. */
    void endBody();

    /** The exchange is over and everything is written. */
    void exchangeDone(boolean keepAlive);

    /** From now on bytes pass unseen. */
    void becomeTunnel();

    /** Passes bytes of a tunnel to the client; owns them. */
    void passToClient(ByteBuf bytes);

    /** The app has sent all it will through a tunnel. */
    void shutdownOutput();

    void flush();

    /** Whether the client takes more now; if not, {@link Exchange#clientWritabilityChanged} tells when it does. */
    boolean isWritable();

    /** The way to the app has room again, or none any more. */
    void appWritabilityChanged();

    /** The client's request is complete: it has this long to be answered. */
    void awaitFirstByte(Duration time);

    /** The client has yet to take what is written: it has a while from now, and again whenever it has taken a part. */
    void awaitClient();

    /** Goes on with what was received, after the other side has made that possible. */
    void resume();

    /** Ends once all that was written is sent. */
    void closeFlushed();

    /** Breaks off, in a way that the client can tell from a proper end. */
    void abort();
}
