package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;

final class PsRestart extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:restart",
                    "Start new processes of an app and switch to them",
                    "Start new processes beside the old ones and switch to them; no request is lost.")
            .shortName("restart")
            .by(Who.APP_USER)
            .example("tinyserv ps:restart");

    @Override
    Answer answer(Context context, AppName app) {
        return new Deed("Restarting " + app, transcript -> {
            context.operator().restart(app, context.account(), transcript, context.cancellation());
            return Done.with(app);
        });
    }
}
