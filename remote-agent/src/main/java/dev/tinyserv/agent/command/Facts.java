package dev.tinyserv.agent.command;

import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is known when a verb returns: the same as data for programs and as text for people. */
interface Facts extends Answer {
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

    /** What has failed nevertheless; a renderer throws it after it has shown the facts, which ends the call. */
    default Optional<Refusal> failure() {
        return Optional.empty();
    }

    /** Nothing beyond what was told meanwhile. */
    static Facts none() {
        return now -> new Text();
    }
}
