package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.route.http.BadMessage;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Response;

/** Receives the answer of an app over an {@link UpstreamConnection}. Called on the connection's thread. */
interface AnswerListener {
    /** A head came: of the answer, or of an interim one before it. It is valid during the call only. */
    void answered(Head head, Response response);

    /** The app answered with 101 to a request that asked for another protocol; from now on bytes pass unseen. */
    void switched(Head head, Response response);

    /**
     * The answer is complete.
     *
     * @param more whether the app has sent more than that already
     */
    void responseComplete(boolean more);

    /** The app's answer cannot be relayed. */
    void badResponse(BadMessage bad);

    /**
     * The app's connection ended before the answer did.
     *
     * @param reused whether it had served another request before
     * @param nothingReceived whether it ended without a byte of an answer to this one
     */
    void appClosed(boolean reused, boolean nothingReceived);

    /** The app has sent all it will through a tunnel. */
    void appEnded();

    /** The app's end of a tunnel is gone altogether. */
    void tunnelBroken();
}
