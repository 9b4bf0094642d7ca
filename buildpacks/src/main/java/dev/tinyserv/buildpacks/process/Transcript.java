package dev.tinyserv.buildpacks.process;

/**
 * Shows a deploy to somebody who waits for it, line by line while it happens. Implementations are safe for several
 * threads, never block for long (output to a stalled reader is dropped) and never throw.
 */
public interface Transcript {
    /** How each line begins that tells of a problem. */
    String PROBLEM = " !     ";

    /** Shows one line, given without its line end. The implementation escapes control characters. */
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
        line(PROBLEM + text);
    }
}
