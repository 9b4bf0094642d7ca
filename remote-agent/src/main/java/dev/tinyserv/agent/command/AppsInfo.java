package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;

final class AppsInfo extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "apps:info",
                    "Show what an app is and where it answers",
                    "Show an app's address, release and state.")
            .shortName("info")
            .by(Who.APP_USER)
            .json("Print an object with name, port, url, release, state, repository, root, watch, "
                    + "autoCancel, show and affinity.")
            .example("tinyserv apps:info --json");

    @Override
    Answer answer(Context context, AppName app) {
        return AppSummary.of(context, context.appState(app));
    }
}
