package dev.tinyserv.agent.command;

import java.util.List;

final class AppsList extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer("apps", "List the apps", "List the apps.")
            .by(Who.ANYBODY)
            .json("Print an array with the object of apps:info for each app.")
            .example("tinyserv apps --json");

    @Override
    Answer answer(Context context) {
        return new Listing<>(
                context.ownApps().stream()
                        .map(app -> AppSummary.inList(context, app))
                        .toList(),
                () -> "There are no apps yet; `tinyserv create` makes one.",
                (app, now) -> List.of(app.name(), app.state(), app.release(), app.address()));
    }
}
