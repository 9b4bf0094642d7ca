package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;

final class PsStart extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:start", "Start a stopped app", "Start a stopped app.")
            .shortName("start")
            .by(Who.APP_USER)
            .example("tinyserv ps:start");

    @Override
    Answer answer(Context context, AppName app) {
        return new Deed("Starting " + app, transcript -> {
            context.operator().start(app, context.account(), transcript, context.cancellation());
            return Done.with(app);
        });
    }
}
