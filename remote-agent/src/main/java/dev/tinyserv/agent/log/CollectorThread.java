package dev.tinyserv.agent.log;

import dev.tinyserv.buildpacks.process.Daemon;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that reads raw output and writes timelines; it sleeps while there is nothing to do. {@link #run} and
 * {@link #call} are for other threads: in this one they would wait for themselves.
 */
final class CollectorThread implements Later {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorThread.class);
    private static final long CLOSE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor executor =
            new ScheduledThreadPoolExecutor(1, Daemon.named("log-collector"));

    CollectorThread() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs the action soon in this thread; never after {@link #close}. */
    void execute(Runnable action) {
        after(0, action);
    }

    @Override
    public void after(long millis, Runnable action) {
        try {
            Future<?> unused = executor.schedule(guarded(action), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the collector is closed");
        }
    }

    private static Runnable guarded(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("collecting output failed", e);
            }
        };
    }

    /**
     * Runs the action in this thread and waits until it is done, also when interrupted; never after {@link #close}.
     *
     * @throws IllegalStateException if the action fails
     */
    void run(Action action) {
        Optional<Boolean> unused = call(() -> {
            action.run();
            return true;
        });
    }

    /** An action that may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /**
     * Asks in this thread and waits for the answer, also when interrupted; empty after {@link #close}.
     *
     * @throws IllegalStateException if the question fails
     */
    <T> Optional<T> call(Callable<T> question) {
        Future<T> answer;
        try {
            answer = executor.submit(question);
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(answer.get());
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (CancellationException e) {
                    return Optional.empty();
                } catch (ExecutionException e) {
                    throw new IllegalStateException("collecting output failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Drops what is planned for later, and waits up to 10 s for what is being done. */
    void close() {
        executor.shutdown();
        for (Runnable dropped : executor.getQueue().toArray(new Runnable[0])) {
            if (dropped instanceof Future<?> future) {
                future.cancel(false);
            }
        }
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the collector is still writing; its last lines may be lost or doubled");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
