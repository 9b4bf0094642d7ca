package dev.tinyserv.agent.command;

import java.time.Instant;
import java.util.List;

/** Tells {@code tinyserv-remote startup} which ports cannot be listened on, a line each. */
public final class PortProblems extends Verb {
    /** The name, which servers of other versions know. */
    public static final String NAME = "internal:port-problems";

    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    NAME, "Tell which ports cannot be listened on", "Tell which ports cannot be listened on.")
            .by(Who.SERVER_ITSELF);

    @Override
    Answer answer(Context context) {
        return new Problems(context.services().server().doctor().portProblems());
    }

    /** What is wrong with ports. */
    private record Problems(List<String> problems) implements Facts {
        @Override
        public Text text(Instant now) {
            Text text = new Text();
            problems.forEach(text::line);
            return text;
        }
    }
}
