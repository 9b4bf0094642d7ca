package dev.tinyserv.agent.command;

import dev.tinyserv.agent.app.AppName;

final class PsStop extends AppVerb {
    static final VerbDeclaration VERB = VerbDeclaration.changesApp(
                    "ps:stop", "Stop an app", "Stop an app until it is started by hand; a reboot does not start it.")
            .shortName("stop")
            .by(Who.APP_USER)
            .example("tinyserv ps:stop");

    @Override
    Answer answer(Context context, AppName app) {
        return new Deed("Stopping " + app, transcript -> {
            context.operator().stop(app, context.account(), transcript, context.cancellation());
            return Done.with(app);
        });
    }
}
