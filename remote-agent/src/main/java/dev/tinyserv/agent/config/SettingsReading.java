package dev.tinyserv.agent.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was read of the settings. Immutable.
 *
 * @param settings all settings in the order of their declaration, which is that of the documents; with the default
 *     where the text is bad
 * @param problems a line for each bad text: the setting, the source and what was expected
 */
public record SettingsReading(List<SettingInUse> settings, List<String> problems) {
    /** Copies both lists. */
    public SettingsReading {
        settings = List.copyOf(settings);
        problems = List.copyOf(problems);
    }

    /** The names of the settings whose text differs from that in a former reading, or that the former one lacks. */
    public List<String> changedSince(SettingsReading former) {
        Map<String, String> before =
                former.settings().stream().collect(Collectors.toMap(SettingInUse::name, SettingInUse::value));
        return settings.stream()
                .filter(setting -> !setting.value().equals(before.get(setting.name())))
                .map(SettingInUse::name)
                .toList();
    }
}
