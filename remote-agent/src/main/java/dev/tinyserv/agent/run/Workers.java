package dev.tinyserv.agent.run;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads for starts and ends that nobody waits for; they go away when they are idle, and hold up no exit. */
final class Workers implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int MOST = 64;
    private static final int IDLE_SECONDS = 5;

    private final AtomicInteger count = new AtomicInteger();
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "run-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    Workers() {
        pool.allowCoreThreadTimeOut(true);
        pool.setRejectedExecutionHandler((task, closed) -> LOG.debug("not done any more: the agent stops"));
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("{}: a start or an end failed", task, e);
            }
        });
    }

    /** Takes nothing new; what is under way may end. */
    void close() {
        pool.shutdown();
    }
}
