package dev.tinyserv.agent.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was read of the settings.
 *
 * @param settings all, in the order of the documents; with the default where something bad was said
 * @param problems every bad setting, its source and what was expected
 */
public record SettingsReading(List<SettingInUse> settings, List<String> problems) {
    /** Copies both. */
    public SettingsReading {
        settings = List.copyOf(settings);
        problems = List.copyOf(problems);
    }

    /** The names of the settings that have another value here than there. */
    public List<String> changedSince(SettingsReading former) {
        Map<String, String> before =
                former.settings().stream().collect(Collectors.toMap(SettingInUse::name, SettingInUse::value));
        return settings.stream()
                .filter(setting -> !setting.value().equals(before.get(setting.name())))
                .map(SettingInUse::name)
                .toList();
    }
}
