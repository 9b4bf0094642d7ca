package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known when a verb returns: the same as data for programs and as text for people. */
non-sealed interface Facts extends Answer {
    /** What {@code --json} prints: a record, or a list of them. */
    default Object data() {
        return this;
    }

    /**
     * What people read.
     *
     * @param now the time that ages are told from
     */
    Text text(Instant now);

    /** What a caller must know before the facts, in whichever form these are asked for. */
    default List<String> warnings() {
        return List.of();
    }

    /** What has failed nevertheless; it is thrown after the facts are shown, and ends the call. */
    default Optional<Refusal> failure() {
        return Optional.empty();
    }

    @Override
    default void to(Renderer renderer) {
        renderer.facts(this);
        Optional<Refusal> failure = failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Nothing beyond what was told meanwhile. */
    static Facts none() {
        return new Nothing();
    }

    /** No facts. */
    record Nothing() implements Facts {
        @Override
        public Text text(Instant now) {
            return new Text();
        }
    }
}
