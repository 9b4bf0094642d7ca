package dev.tinyserv.agent.command;

import java.time.Instant;
import java.util.List;

/** How {@code tinyserv-remote startup} asks which ports cannot be listened on; a line each. */
final class PortProblems extends Verb {
    static final VerbDeclaration VERB = VerbDeclaration.readsServer(
                    Commands.PORT_PROBLEMS,
                    "Tell which ports cannot be listened on",
                    "Tell which ports cannot be listened on.")
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
