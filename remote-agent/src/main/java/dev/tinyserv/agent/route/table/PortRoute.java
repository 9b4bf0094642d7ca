package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An app's route as version 0.1 writes it, to {@code run/routes.json} and in a message with the whole table: with one
 * port. Agents and routers of both versions meet each other during an upgrade, and when one goes back.
 *
 * @param app whose it is
 * @param port the stable port
 * @param targets where its instances are reached
 * @param site the files that answer where there are no targets; null for none
 * @param reason one line, shown to clients while there is neither
 */
public record PortRoute(
        AppName app,
        int port,
        List<Endpoint> targets,
        @Nullable Site site,
        String reason) {
    /** Copies the list; refuses missing parts with a {@link NullPointerException}. */
    public PortRoute {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(reason, "reason");
        targets = List.copyOf(targets);
    }

    /** In this form; a front that is no port cannot be told, and is left out. */
    public static List<PortRoute> of(AppRoute route) {
        Site site = route.otherwise() instanceof Otherwise.Files files ? files.site() : null;
        String reason = route.otherwise() instanceof Otherwise.Page page ? page.reason() : "";
        return route.ports().stream()
                .limit(1)
                .map(port -> new PortRoute(route.app(), port, route.targets(), site, reason))
                .toList();
    }

    /** The route that this says. */
    public AppRoute route() {
        return AppRoute.of(app, port, targets, site, reason);
    }
}
