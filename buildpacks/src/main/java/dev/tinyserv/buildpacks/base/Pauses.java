package dev.tinyserv.buildpacks.base;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The pauses between looks at something that tells nobody when it changes: the first is short, each is twice as long as
 * the one before. For one thread.
 */
public final class Pauses {
    private static final long FIRST_MILLIS = 2;
    private static final long LONGEST_MILLIS = 40;

    private long next = FIRST_MILLIS;

    /** Lets a pause pass, which is 40 ms at most. */
    public void pause() throws InterruptedException {
        pause(LONGEST_MILLIS);
    }

    /** Lets a pause pass, which is that long at most. */
    public void pause(long longestMillis) throws InterruptedException {
        next = Math.min(next, longestMillis);
        Thread.sleep(next);
        next *= 2;
    }

    /** As {@link #firstAnswer}: whether the condition came true within the limit. */
    public static boolean until(Duration limit, BooleanSupplier condition) {
        return firstAnswer(limit, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    /**
     * The first answer to the question within the limit; empty if there was none. It is asked at once, then after each
     * pause. An interrupt ends no wait, and stands again afterwards: a thread that is interrupted cannot read files.
     */
    public static <T> Optional<T> firstAnswer(Duration limit, Supplier<Optional<T>> question) {
        boolean interrupted = Thread.interrupted();
        Pauses pauses = new Pauses();
        long start = System.nanoTime();
        try {
            Optional<T> answer = question.get();
            while (answer.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
                try {
                    pauses.pause();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                answer = question.get();
            }
            return answer;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
