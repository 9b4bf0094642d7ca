package dev.tinyserv.buildpacks.process;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds while a program runs.
 *
 * @param limit after this it is ended
 * @param allowed the exit codes that are no failure
 * @param cancellation ends it when cancelled; null if nothing cancels it
 * @param maxOutput the most characters of output that are handed on
 * @param bound what its tree may take; the kernel ends it first when memory runs out; null: it is one of ours
 */
record RunRules(
        Duration limit,
        Set<Integer> allowed,
        @Nullable Cancellation cancellation,
        int maxOutput,
        @Nullable TreeBound bound) {
    /** A limit of one minute, and exit code 0 alone allowed. */
    static final RunRules USUAL = new RunRules(Duration.ofMinutes(1), Set.of(0), null, 10 * 1024 * 1024, null);

    /** Copies what it is given. */
    RunRules {
        allowed = Set.copyOf(allowed);
    }
}
