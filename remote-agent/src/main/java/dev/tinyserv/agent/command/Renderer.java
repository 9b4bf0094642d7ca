package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Optional;

/** Shows answers in one form; a method for each kind of answer. */
abstract class Renderer {
    /**
     * Shows an answer, which may take as long as what it is about.
     *
     * @throws Refusal if it tells of something that failed, or fails itself
     */
    final void show(Answer answer) {
        if (answer instanceof Facts facts) {
            facts(facts);
            Optional<Refusal> failure = facts.failure();
            if (failure.isPresent()) {
                throw failure.get();
            }
        } else if (answer instanceof Deed deed) {
            show(deed(deed));
        } else if (answer instanceof Work work) {
            show(work(work));
        } else if (answer instanceof Lines lines) {
            lines(lines);
        } else {
            throw new IllegalStateException("no renderer knows " + answer.getClass());
        }
    }

    /** Shows facts. */
    abstract void facts(Facts facts);

    /** Has a deed done, shows that, and returns what came of it. */
    abstract Facts deed(Deed deed);

    /** Has work done, shows its steps, and returns what came of it. */
    abstract Facts work(Work work);

    /** Shows lines as they come. */
    abstract void lines(Lines lines);
}
