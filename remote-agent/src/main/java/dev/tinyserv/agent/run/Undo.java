package dev.tinyserv.agent.run;

import org.jspecify.annotations.Nullable;

/** Steps that are all tried, also when some fail; {@link #close} then throws what the first one threw. Used by one thread. */
final class Undo implements AutoCloseable {
    private @Nullable RuntimeException problem;

    void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            if (problem == null) {
                problem = e;
            } else {
                problem.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        if (problem != null) {
            throw problem;
        }
    }
}
