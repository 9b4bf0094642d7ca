package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.build.BuildSettings;
import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.config.SettingKind;
import dev.tinyserv.agent.config.SettingsReader;
import java.time.Duration;

/** The time limits of the deploy stage, with the settings of the server and of builds. */
public record DeploySettings(
        ServerSettings server, BuildSettings build, Duration bootTimeout, Duration drainTimeout, Duration stopTimeout) {
    /** Declares and reads them. */
    public static DeploySettings read(SettingsReader settings, ServerSettings server, BuildSettings build) {
        return new DeploySettings(
                server,
                build,
                settings.read(
                        "TINYSERV_BOOT_TIMEOUT",
                        SettingKind.TIME,
                        "60s",
                        "How long a web process may take to listen on PORT."),
                settings.read(
                        "TINYSERV_DRAIN_TIMEOUT",
                        SettingKind.TIME,
                        "30s",
                        "How long requests under way may take after a switch."),
                settings.read("TINYSERV_STOP_TIMEOUT", SettingKind.TIME, "30s", "Time between SIGTERM and SIGKILL."));
    }
}
