package dev.tinyserv.agent.command;

import dev.tinyserv.agent.config.AgentSettings;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "settings",
        description = "Show every setting, its value and where the value came from.",
        footer = "%nExample:%n  tinyserv-remote settings")
final class SettingsShow extends Verb {
    @Option(names = "--json", description = "Print an array with name, value, source and meaning.")
    private boolean json;

    @Override
    void run(Context context) {
        context.account().requireAdmin("see the settings");
        List<AgentSettings.Shown> settings = context.settings().show();
        if (json) {
            context.console().json(settings);
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (AgentSettings.Shown setting : settings) {
            rows.add(List.of(
                    setting.name(),
                    setting.value().isEmpty() ? "-" : setting.value(),
                    "(" + setting.source() + ")",
                    setting.meaning()));
        }
        context.console().table(rows);
    }
}
