package dev.tinyserv.agent.route.control;

import dev.tinyserv.agent.app.AppName;

/** What the agent hears from the router; called from the client's own thread, so it must be quick. */
public interface RouterNotices {
    /** The router itself answered a request, because the app could not; one printable line. */
    void failed(AppName app, String text);

    /** The router cannot listen on the app's stable port; it goes on trying. */
    void portLost(AppName app, int port, String why);

    /** The router listens on the app's stable port again. */
    void portBack(AppName app, int port);
}
