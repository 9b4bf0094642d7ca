package dev.tinyserv.agent.command;

/** Ends all apps for {@code tinyserv-remote shutdown}. */
public final class EndApps extends Verb {
    /** The name, which servers of other versions know. */
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
