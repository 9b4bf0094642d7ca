package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.FailedRequest;

/** Notes failed requests and faults of apps for their logs. Safe for several threads; never waits. */
public interface FailureLog {
    /**
     * Notes a request that the app did not answer. Of many at once only their number may be kept.
     *
     * @param nanoTime the time, by {@link System#nanoTime}
     */
    void failed(AppName app, FailedRequest request, long nanoTime);

    /**
     * Notes a fault of an app, which is told once.
     *
     * @param text one printable line
     */
    void misbehaved(AppName app, String text);
}
