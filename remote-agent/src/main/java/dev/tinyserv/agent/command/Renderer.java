package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.Optional;

/** Shows answers in one form, with a method for each kind of answer. */
abstract class Renderer {
    /**
     * Shows an answer. Blocks until its action or its lines have ended.
     *
     * @throws Refusal if the answer has a failure, or its action fails
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

    /** Runs a deed, shows that, and returns its result. */
    abstract Facts deed(Deed deed);

    /** Runs work, shows its steps, and returns its result. */
    abstract Facts work(Work work);

    /** Shows lines as they come. */
    abstract void lines(Lines lines);
}
