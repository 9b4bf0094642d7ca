package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The one way in which processes are ended: SIGTERM, some time, SIGKILL. All of one call are ended side by side; an
 * interrupt does not stop it half-way, and stands again afterwards.
 */
public final class ProcessEnd {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private ProcessEnd() {}

    /** A process, or several that are ended together; each is known by its pid, its start time and its boot. */
    public interface Target {
        /** Whether nothing of it runs any more. */
        boolean isGone();

        /** Sends SIGTERM, if it still runs. */
        void terminate();

        /** Sends SIGKILL, if it still runs. */
        void kill();

        /** Whether it may come to life after a SIGTERM, as a program that is just being started; it gets one each second. */
        default boolean isStarting() {
            return false;
        }
    }

    /**
     * What became of those that were to be ended.
     *
     * @param killed those that outlived the grace
     * @param left those that are there still, as in an endless wait of the kernel
     */
    public record Outcome<T>(List<T> killed, List<T> left) {}

    /**
     * Blocks until nothing of them is left, or what was killed is still there after the last limit.
     *
     * @param grace how long after SIGTERM what is left gets SIGKILL
     * @param limit how long what was killed may take to go
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
