package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;

final class BuildpacksList extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.readsApp(
                    "buildpacks",
                    "List the buildpacks that are set for an app",
                    "List the buildpacks that are set for an app, in the order in which they build.")
            .by(Who.APP_USER)
            .json("Print an array with position and name.")
            .example("tinyserv buildpacks --json");

    @Override
    Answer answer(Context context, AppName app) {
        return new BuildpackOrder.Order(
                app.value(), context.appState(app).build().buildpacks());
    }
}
