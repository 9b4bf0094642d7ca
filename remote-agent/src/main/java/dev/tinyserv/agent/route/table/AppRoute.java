package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of an app's stable port go.
 *
 * @param app whose it is
 * @param port the stable port, 1 to 65535
 * @param targets where its instances are reached; empty if none takes requests
 * @param site the files that the router serves itself where there are no targets; their folder is absolute; null for none
 * @param reason one line, shown to clients while there is neither
 */
public record AppRoute(
        AppName app,
        int port,
        List<Endpoint> targets,
        @Nullable Site site,
        String reason) {
    /** Copies the list. */
    public AppRoute {
        targets = List.copyOf(targets);
    }
}
