package dev.tinyserv.agent.command;

/** How {@code tinyserv-remote shutdown} has everything ended. */
final class EndApps extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.changesServer(
                    Commands.END_APPS, "End every app, before a shutdown", "End every app, before a shutdown.")
            .by(Who.SERVER_ITSELF);

    @Override
    Answer answer(Context context) {
        return new Work(transcript -> {
            context.services().server().endApps().run();
            return Facts.none();
        });
    }
}
