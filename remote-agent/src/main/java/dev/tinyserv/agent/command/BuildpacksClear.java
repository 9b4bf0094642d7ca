package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;
import java.util.List;

final class BuildpacksClear extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "buildpacks:clear", "Let the buildpack be detected again", "Let the buildpack be detected again.")
            .by(Who.APP_USER)
            .example("tinyserv buildpacks:clear");

    @Override
    Answer answer(Context context, AppName app) {
        return BuildpackOrder.change(context, app, former -> List.of());
    }
}
