package dev.tinyserv.buildpacks.process;

/**
 * What somebody who waits for a deploy reads, line by line, while it happens. Implementations are safe for use by
 * several threads, never block for long (output to a stalled reader is dropped) and never throw.
 */
public interface Transcript {
    /** Shows one line, without its line end. Control characters are escaped by whoever shows it. */
    void line(String line);

    /** Notes that a program of the build begins to run; lines that follow may be its own. Shows nothing. */
    default void programBegins() {}

    /** Shows the beginning of a step: {@code -----> text}. */
    default void step(String text) {
        line("-----> " + text);
    }

    /** Shows a detail of the current step, indented by seven spaces. */
    default void detail(String text) {
        line("       " + text);
    }

    /** Shows a problem: {@code  !     text}. */
    default void problem(String text) {
        line(" !     " + text);
    }
}
