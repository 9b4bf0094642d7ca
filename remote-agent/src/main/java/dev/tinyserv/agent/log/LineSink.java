package dev.tinyserv.agent.log;

import java.io.IOException;

/** Takes the lines of a timeline for a reader. */
@FunctionalInterface
public interface LineSink {
    /**
     * Takes a line as it stands in the timeline, without its line feed and with control characters as they were
     * printed. It may block for as long as it likes.
     *
     * @throws IOException if nobody reads any more
     */
    void line(String line) throws IOException;
}
