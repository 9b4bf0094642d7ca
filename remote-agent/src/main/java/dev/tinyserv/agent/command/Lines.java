package dev.tinyserv.agent.command;

import java.io.UncheckedIOException;

/**
 * Lines without an end that is known, such as those of a log that is followed. Nothing is left out when the caller is
 * slow, and all ends when the caller has gone.
 */
@FunctionalInterface
interface Lines extends Answer {
    /** Hands on each line and returns after the last one, or when the call is cancelled. */
    void flow(Sink sink);

    /** Whoever reads the lines. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes a line without its end; may block for as long as it likes.
         *
         * @throws UncheckedIOException if nobody reads any more
         */
        void line(String line);
    }
}
