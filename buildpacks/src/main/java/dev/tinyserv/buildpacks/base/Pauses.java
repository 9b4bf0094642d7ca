package dev.tinyserv.buildpacks.base;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The pauses of a polling loop: the first is 2 ms, each is twice as long as the one before. For one thread. */
public final class Pauses {
    private static final long FIRST_MILLIS = 2;
    private static final long LONGEST_MILLIS = 40;
    private static final long SCARCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long next = FIRST_MILLIS;

    /** Sleeps for the next pause, at most 40 ms. */
    public void pause() throws InterruptedException {
        pause(LONGEST_MILLIS);
    }

    /** Sleeps for the next pause, at most that long. */
    public void pause(long longestMillis) throws InterruptedException {
        next = Math.min(next, longestMillis);
        Thread.sleep(next);
        next *= 2;
    }

    /**
     * Waits for a second, or until an interrupt: for a loop whose next step fails for want of a descriptor. The system
     * tells nobody when one is free.
     */
    public static void untilOneIsFree() {
        LockSupport.parkNanos(SCARCE_NANOS);
    }

    /** As {@link #firstAnswer}: whether the condition came true within the limit. */
    public static boolean until(Duration limit, BooleanSupplier condition) {
        return firstAnswer(limit, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    /**
     * The first answer to the question within the limit; empty if there was none. Asks at once, then after each pause.
     * An interrupt does not end the wait, and is set again afterwards: an interrupted thread cannot read files.
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
