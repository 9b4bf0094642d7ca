package dev.tinyserv.agent.command;

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
        return new Listing<>(
                context.settings().reading().settings(),
                () -> "",
                (setting, now) -> List.of(
                        setting.name(),
                        setting.value().isEmpty() ? "-" : setting.value(),
                        "(" + setting.source() + ")",
                        setting.meaning()));
    }
}
