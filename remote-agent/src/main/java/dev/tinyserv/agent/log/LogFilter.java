package dev.tinyserv.agent.log;

import org.jspecify.annotations.Nullable;

/**
 * Which lines of a timeline are wanted.
 *
 * @param source {@code app}, {@code tinyserv} or {@code router}; null for all
 * @param process one process such as {@code web.1}, or all of a type such as {@code web}; null for all
 */
public record LogFilter(@Nullable String source, @Nullable String process) {
    /** Every line. */
    public static final LogFilter ALL = new LogFilter(null, null);

    /** Whether the line is wanted. */
    public boolean matches(LogLine line) {
        return (source == null || source.equals(line.source())) && matchesProcess(line.process());
    }

    private boolean matchesProcess(String name) {
        return process == null || name.equals(process) || name.startsWith(process + ".");
    }
}
