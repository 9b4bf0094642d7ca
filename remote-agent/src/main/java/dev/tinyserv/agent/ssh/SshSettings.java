package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.config.SettingKind;
import dev.tinyserv.agent.config.SettingsReader;
import java.time.Duration;

/**
 * How many clients may log in by SSH, and how patient the server is with them.
 *
 * @param server the settings of the server as a whole
 * @param maxSessions how many connections may have logged in at once
 * @param maxUnauthenticated how many connections that have not logged in may be let in at once
 * @param maxLoginAttempts how many keys a client may try over one connection
 * @param maxChannels how many commands may run at once over one connection
 * @param loginTimeout how long a client may take to log in
 */
public record SshSettings(
        ServerSettings server,
        int maxSessions,
        int maxUnauthenticated,
        int maxLoginAttempts,
        int maxChannels,
        Duration loginTimeout) {
    /** Declares the settings and reads them. */
    public static SshSettings read(SettingsReader settings, ServerSettings server) {
        return new SshSettings(
                server,
                settings.read("TINYSERV_MAX_SESSIONS", SettingKind.upTo(100_000), "200", "SSH connections at once."),
                settings.read(
                        "TINYSERV_MAX_UNAUTHENTICATED",
                        SettingKind.upTo(100_000),
                        "50",
                        "SSH connections at once that have not logged in, a fifth of them (at least 10) from one"
                                + " address; twice as many wait for their turn."),
                settings.read(
                        "TINYSERV_MAX_LOGIN_ATTEMPTS",
                        SettingKind.upTo(100),
                        "6",
                        "Keys that an SSH client may try per connection."),
                settings.read(
                        "TINYSERV_MAX_CHANNELS",
                        SettingKind.upTo(1000),
                        "10",
                        "Commands at once over one SSH connection."),
                settings.read(
                        "TINYSERV_LOGIN_TIMEOUT",
                        SettingKind.TIME,
                        "20s",
                        "How long an SSH client may take to log in."));
    }
}
