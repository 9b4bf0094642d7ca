package dev.tinyserv.agent.command;

import dev.tinyserv.agent.config.SettingInUse;
import java.time.Instant;
import java.util.List;

final class SettingsShow extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    "settings",
                    "Show the settings of the server",
                    "Show every setting, its value and where the value came from.")
            .forAdmins("see the settings")
            .agent(AgentUse.NOT_NEEDED)
            .json("Print an array with name, value, source and meaning.")
            .example("tinyserv-remote settings");

    @Override
    Answer answer(Context context) {
        return new SettingList(context.settings().reading().settings());
    }

    /** Settings, with their values and where these come from. */
    private record SettingList(List<SettingInUse> settings) implements Facts {
        @Override
        public Object data() {
            return settings;
        }

        @Override
        public Text text(Instant now) {
            return new Text()
                    .table(settings.stream()
                            .map(setting -> List.of(
                                    setting.name(),
                                    setting.value().isEmpty() ? "-" : setting.value(),
                                    "(" + setting.source() + ")",
                                    setting.meaning()))
                            .toList());
        }
    }
}
