package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An answer that is known at once: as data for programs, and as text for people. */
interface Facts extends Answer {
    /** What {@code --json} prints: a record, or a list of them. */
    default Object data() {
        return this;
    }

    /**
     * What people read.
     *
     * @param now the time from which ages count
     */
    Text text(Instant now);

    /** Warnings, shown before the facts in each form. */
    default List<String> warnings() {
        return List.of();
    }

    /** A failure, which a renderer throws after the facts are shown. */
    default Optional<Refusal> failure() {
        return Optional.empty();
    }

    /** No facts. */
    static Facts none() {
        return now -> new Text();
    }
}
