package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.config.ServerSettings;
import dev.tinyserv.agent.config.SettingsReading;
import dev.tinyserv.agent.log.LogSettings;
import dev.tinyserv.agent.route.proxy.RouterSettings;
import java.util.function.Supplier;

/**
 * What the doctor and the verbs see of the settings.
 *
 * @param reading the settings of the running agent; without one, those that could be read
 * @param now reads the settings that would hold after a restart
 */
public record SettingsView(
        ServerSettings server,
        LogSettings log,
        RouterSettings router,
        SettingsReading reading,
        Supplier<SettingsReading> now) {
    /** Where tinyserv keeps its files. */
    public Layout layout() {
        return server.layout();
    }
}
