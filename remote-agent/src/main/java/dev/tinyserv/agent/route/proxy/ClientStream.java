package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.BodyReader;
import dev.tinyserv.agent.route.http.Field;
import dev.tinyserv.agent.route.http.Forwarding;
import dev.tinyserv.agent.route.http.Framing;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.agent.route.http.Response;
import dev.tinyserv.agent.route.site.ReadyReply;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of an {@link Exchange}, which takes one answer; its body as a {@link BodyReader.Sink}. Hides how
 * requests and answers lie on the wire: a connection of HTTP/1.1 is a single stream, one of HTTP/2 would have many.
 * Used on the client's thread only.
 */
interface ClientStream extends BodyReader.Sink {
    /** The client's thread. */
    Executor thread();

    /** Writes the fields on the origin of the request. */
    Forwarding forwarding();

    /** The address that the client has connected to, for a request that names no host. */
    String ownAddress();

    /**
     * Sends an answer of the router itself, with one line of text. Ends the exchange.
     *
     * @param keepAlive whether another request may follow
     * @param toHead whether a HEAD is answered, so that only the head is sent
     */
    void answer(int status, String line, boolean keepAlive, boolean toHead);

    /**
     * Answers with a file of a site.
     *
     * @param ready the answer, which this method sends or discards
     * @param done called when everything is written; not if the connection breaks
     */
    void reply(ReadyReply ready, Request request, boolean keepAlive, Runnable done);

    /**
     * Writes the head of the app's answer, or of an interim one before it.
     *
     * @param more a field that the app has not sent; null for none
     */
    void writeHead(
            Head head, Response response, Framing framing, boolean http11, boolean keepAlive, @Nullable Field more);

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

    /** Whether the client takes more now. {@link Exchange#clientWritabilityChanged} tells of changes. */
    boolean isWritable();

    /** The connection to the app has room again, or has none any more. */
    void appWritabilityChanged();

    /** Gives the app this long to begin its answer. */
    void awaitFirstByte(Duration time);

    /** Gives the client the idle timeout to read what is written, and again after each part that it reads. */
    void awaitClient();

    /** Goes on with the received bytes, after the app can take them. */
    void resume();

    /** Ends once all that was written is sent. */
    void closeFlushed();

    /** Resets the connection, so that the client can tell this from a proper end. */
    void abort();
}
