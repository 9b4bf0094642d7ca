package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.FailedRequest;

/** What is noted of apps that cannot answer, for the logs of these apps. Safe for several threads; never waits. */
public interface FailureLog {
    /**
     * A request that the router answered itself. Of many in a short time only their number may be kept.
     *
     * @param nanoTime when, by {@link System#nanoTime}
     */
    void failed(AppName app, FailedRequest request, long nanoTime);

    /**
     * What an app does wrong, and is told once.
     *
     * @param text one printable line
     */
    void misbehaved(AppName app, String text);
}
