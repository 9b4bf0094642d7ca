package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An app's route with one port, as version 0.1 writes it to {@code run/routes.json} and in a message with the whole
 * table. Agents and routers of both versions meet at an upgrade, and when it is undone.
 *
 * @param app the app
 * @param port the stable port
 * @param targets the endpoints of its instances
 * @param site the files that answer without targets; null for none
 * @param reason one line, shown to clients without targets and site
 */
public record PortRoute(
        AppName app,
        int port,
        List<Endpoint> targets,
        @Nullable Site site,
        String reason) {
    /** Throws a {@link NullPointerException} if a part is missing. */
    public PortRoute {
        Objects.requireNonNull(app, "app");
        Objects.requireNonNull(reason, "reason");
        targets = List.copyOf(Objects.requireNonNull(targets, "targets"));
    }

    /** The route in this form. Only its first port is kept; without one it is empty. */
    public static List<PortRoute> of(AppRoute route) {
        Site site = route.otherwise() instanceof Otherwise.Files files ? files.site() : null;
        String reason = route.otherwise() instanceof Otherwise.Page page ? page.reason() : "";
        return route.ports().stream()
                .limit(1)
                .map(port -> new PortRoute(route.app(), port, route.targets(), site, reason))
                .toList();
    }

    /** The route in the form of this version. */
    public AppRoute route() {
        return AppRoute.of(app, port, targets, site, reason);
    }
}
