package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.store.Apps;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds a stable port for a new app. Safe for several threads. */
final class FreePorts {
    private static final int LAST_PORT = 65535;

    private final ServerSettings settings;
    private final Apps apps;
    private final Routing routing;
    /** The ports that creations under way try, so that no two try the same one. */
    private final Set<Integer> inHand = ConcurrentHashMap.newKeySet();

    FreePorts(ServerSettings settings, Apps apps, Routing routing) {
        this.settings = settings;
        this.apps = apps;
        this.routing = routing;
    }

    /**
     * Has the router listen on the lowest free port, and returns it. No other app gets this port before it is
     * {@linkplain #settle settled}.
     */
    int claim(AppName app) {
        Set<Integer> taken = apps.ports();
        for (int port = settings.startPort(); port <= LAST_PORT; port++) {
            boolean ours =
                    port == settings.sshPort() || settings.instancePorts().contains(port);
            if (!ours && !taken.contains(port) && inHand.add(port) && claim(app, port)) {
                return port;
            }
        }
        throw new Refusal("no port from " + settings.startPort() + " up is free; destroy an app or move"
                + " TINYSERV_START_PORT");
    }

    private boolean claim(AppName app, int port) {
        boolean claimed = false;
        try {
            // A port may have become another app's between our look and our mark.
            claimed = !apps.ports().contains(port) && routing.claim(app, port);
        } finally {
            if (!claimed) {
                settle(port);
            }
        }
        return claimed;
    }

    /** Ends the claim: the port is in the app's file by now, or free again. */
    void settle(int port) {
        inHand.remove(port);
    }
}
