package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.config.SettingKind;
import dev.tinyserv.agent.config.SettingsReader;
import java.time.Duration;

/** The time limits of the router for clients and apps, and its number of clients. */
public record RouterSettings(
        ServerSettings server,
        Duration drainTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration upstreamKeepAlive,
        int maxClients) {
    /** Declares and reads them. */
    public static RouterSettings read(SettingsReader settings, ServerSettings server, Duration drainTimeout) {
        return new RouterSettings(
                server,
                drainTimeout,
                settings.read(
                        "TINYSERV_FIRST_BYTE_TIMEOUT",
                        SettingKind.TIME,
                        "30s",
                        "How long an app may take to begin its answer, before 504."),
                settings.read(
                        "TINYSERV_IDLE_TIMEOUT",
                        SettingKind.TIME,
                        "60s",
                        "After this time a silent connection of a client is closed."),
                settings.read(
                        "TINYSERV_UPSTREAM_KEEP_ALIVE",
                        SettingKind.TIME,
                        "4s",
                        "How long an unused connection to an app is kept for the next request."),
                settings.read(
                        "TINYSERV_MAX_CLIENTS",
                        SettingKind.upTo(1_000_000),
                        "4096",
                        "HTTP connections at once; each of the router's two threads has half of the places. When all"
                                + " are taken, kept connections that ask for nothing make room first, then clients that"
                                + " have owed a head for a second, then those that owe a body, then those that take no"
                                + " answer, last tunnels and begun answers that were silent for TINYSERV_IDLE_TIMEOUT."
                                + " An address (IPv6: a /64) has a share of a quarter, and an app of half: one with"
                                + " more gives places up to others, and takes none from them. A trusted proxy has no"
                                + " such share."));
    }
}
