package dev.tinyserv.agent.log;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.config.SettingKind;
import dev.tinyserv.agent.config.SettingsReader;

/** How much logs may take, in bytes for each app, and how much is written into our own logs. */
public record LogSettings(Layout layout, long logBytes, String logLevel) {
    /** Declares these settings and reads their values. */
    public static LogSettings read(SettingsReader settings) {
        return new LogSettings(
                settings.layout(),
                settings.read(
                        "TINYSERV_LOG_SIZE",
                        SettingKind.atLeast("64k"),
                        "10m",
                        "The most that one app's log takes on disk; at least 64k."),
                settings.read(
                        "TINYSERV_LOG_LEVEL",
                        SettingKind.oneOf("error", "warn", "info", "debug"),
                        "info",
                        "How much agent and router write into their own logs: error, warn, info or debug."));
    }
}
