package dev.tinyserv.agent.run;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads for starts and ends that nobody waits for; they go away when they are idle, and hold up no exit. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int MOST = 64;
    private static final int IDLE_SECONDS = 5;

    private final AtomicInteger count = new AtomicInteger();
    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);

    Workers() {
        pool.allowCoreThreadTimeOut(true);
        pool.setRejectedExecutionHandler((task, closed) -> LOG.debug("not done any more: the agent stops"));
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "run-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Does it soon, unless the agent stops; the title says of what it is, for the log. */
    void execute(String title, Runnable work) {
        pool.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("{}: a start or an end failed", title, e);
            }
        });
    }

    /** Does the work for each of these side by side, and waits for all; for one alone in the calling thread. */
    <T> void each(List<T> these, Consumer<T> work) {
        List<CompletableFuture<Void>> others = these.stream()
                .skip(1)
                .map(one -> CompletableFuture.runAsync(
                        () -> work.accept(one), task -> thread(task).start()))
                .toList();
        these.stream().limit(1).forEach(work);
        others.forEach(CompletableFuture::join);
    }

    /** Takes nothing new; what is under way may end. */
    void close() {
        pool.shutdown();
    }
}
