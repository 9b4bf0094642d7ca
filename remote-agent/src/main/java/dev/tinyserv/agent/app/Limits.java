package dev.tinyserv.agent.app;

/**
 * What one process of an app may take of its machine, with all that it starts.
 *
 * @param memory in bytes; 0 for no limit
 * @param processes how many; 0 for no limit
 */
public record Limits(long memory, int processes) {
    /** No limits. */
    public static final Limits NONE = new Limits(0, 0);
}
