package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.app.Affinity;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.route.http.Field;
import dev.tinyserv.agent.route.http.Forwarding;
import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.table.Route;
import dev.tinyserv.agent.route.table.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cookie by which a client comes back to the instance that served it. Its name has the app's, because browsers send
 * the cookies of a host to all its ports: apps would overwrite each other's.
 */
final class InstanceCookie {
    private static final String PREFIX = "tinyserv-instance-";

    private InstanceCookie() {}

    /** The ids that a request names; none if clients of the app do not come back. */
    static List<String> named(Head head, Route route) {
        return route.wanted().affinity() == Affinity.NONE
                ? List.of()
                : head.cookies(name(route.wanted().app()));
    }

    private static String name(AppName app) {
        return PREFIX + app;
    }

    /**
     * The field that has the client come back to a target; null if it does so anyway, or if clients of the app do not.
     *
     * @param named the ids that its request named
     * @param forwarding tells whether the client speaks TLS; it then sends the cookie over TLS only
     */
    static @Nullable Field toSet(Route route, Target target, List<String> named, Head head, Forwarding forwarding) {
        String id = route.id(target);
        if (id == null || named.contains(id)) {
            return null;
        }
        String secure = forwarding.isSecure(head) ? "; Secure" : "";
        return new Field(
                "Set-Cookie", name(route.wanted().app()) + "=" + id + "; Path=/; HttpOnly; SameSite=Lax" + secure);
    }
}
