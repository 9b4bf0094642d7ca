package dev.tinyserv.agent.doctor;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.keys.AuthorizedKeys;
import dev.tinyserv.agent.machine.Kernel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is examined.
 *
 * @param settings the settings of the running agent; without one, those that could be read
 * @param environment the variables of this process
 * @param home the distribution that this process was started from; null if there is none
 * @param live what the agent knows; empty if none runs
 * @param thorough whether to look also at what takes seconds and finds nothing bad
 */
public record Patient(
        SettingsView settings,
        Map<String, String> environment,
        @Nullable Path home,
        AuthorizedKeys keys,
        Kernel kernel,
        Clock clock,
        Optional<Live> live,
        boolean thorough) {
    Layout layout() {
        return settings.layout();
    }

    /** Whether this process runs as root. */
    boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    Patient examinedQuickly() {
        return new Patient(settings, environment, home, keys, kernel, clock, live, false);
    }
}
