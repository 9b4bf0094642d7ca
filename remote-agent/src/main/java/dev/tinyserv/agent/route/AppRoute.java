package dev.tinyserv.agent.route;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import java.util.List;

/**
 * Where the requests of an app's stable port go.
 *
 * @param app whose it is
 * @param port the stable port, 1 to 65535
 * @param targets where its instances are reached; empty if none takes requests
 * @param reason one line, shown to clients while there are no targets
 */
public record AppRoute(AppName app, int port, List<Endpoint> targets, String reason) {
    /** Copies the list. */
    public AppRoute {
        targets = List.copyOf(targets);
    }
}
