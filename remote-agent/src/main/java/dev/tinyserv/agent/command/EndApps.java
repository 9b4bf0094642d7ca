package dev.tinyserv.agent.command;

/** How {@code tinyserv-remote shutdown} has everything ended. */
public final class EndApps extends Verb {
    /** Servers of other versions know it by this name. */
    public static final String NAME = "internal:end-apps";

    static final VerbDeclaration VERB = VerbDeclaration.changesServer(
                    NAME, "End every app, before a shutdown", "End every app, before a shutdown.")
            .by(Who.SERVER_ITSELF);

    @Override
    Answer answer(Context context) {
        return new Work(transcript -> {
            context.services().server().endApps().run();
            return Facts.none();
        });
    }
}
