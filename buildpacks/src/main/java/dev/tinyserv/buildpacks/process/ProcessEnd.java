package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Ends processes, the only way in this code: SIGTERM, the grace, SIGKILL. The targets of one call are ended side by
 * side. An interrupt does not break that off, and is set again afterwards.
 */
public final class ProcessEnd {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private ProcessEnd() {}

    /** A process, or several that are ended together; each is known by its pid, its start time and its boot. */
    public interface Target {
        /** Whether no process of the target runs any more. */
        boolean isGone();

        /** Sends SIGTERM, if the target still runs. */
        void terminate();

        /** Sends SIGKILL, if the target still runs. */
        void kill();

        /** Whether new processes may still appear, as while a program starts. Then SIGTERM is sent each second. */
        default boolean isStarting() {
            return false;
        }
    }

    /**
     * The result for the targets.
     *
     * @param killed the targets that outlived the grace
     * @param left the targets that still run, as in an endless wait of the kernel
     */
    public record Outcome<T>(List<T> killed, List<T> left) {}

    /**
     * Ends the targets. Blocks until no process is left, or killed ones still run after the limit.
     *
     * @param grace the time between SIGTERM and SIGKILL
     * @param limit the longest wait after SIGKILL
     */
    public static <T extends Target> Outcome<T> end(Collection<T> targets, Duration grace, Duration limit) {
        boolean interrupted = Thread.interrupted(); // a thread that is interrupted cannot read files
        targets.forEach(Target::terminate);
        List<T> left = new ArrayList<>(targets);
        await(left, grace);
        interrupted |= Thread.interrupted();
        List<T> killed = List.copyOf(left);
        killed.forEach(Target::kill);
        await(left, limit);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Outcome<>(killed, List.copyOf(left));
    }

    /** Removes from the list whatever is gone, until none is left or time is over. */
    private static void await(List<? extends Target> left, Duration limit) {
        long[] again = {System.nanoTime() + AGAIN.toNanos()};
        Pauses.until(limit, () -> {
            left.removeIf(Target::isGone);
            if (System.nanoTime() - again[0] >= 0) {
                again[0] += AGAIN.toNanos();
                left.stream().filter(Target::isStarting).forEach(Target::terminate);
            }
            return left.isEmpty();
        });
    }
}
