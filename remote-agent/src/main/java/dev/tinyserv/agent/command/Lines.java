package dev.tinyserv.agent.command;

/**
 * Lines without a known end, such as those of a followed log. A slow caller misses no line, and the flow ends when the
 * caller has gone.
 */
@FunctionalInterface
interface Lines extends Answer {
    /** Passes on each line. Returns after the last one, or when the call is cancelled. */
    void flow(Sink sink);

    /** The reader of the lines. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes a line without its end. May block without limit.
         *
         * @throws CallerGone if the caller has gone
         */
        void line(String line);
    }
}
