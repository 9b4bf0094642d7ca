package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.buildpacks.process.Daemon;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Daemon threads for starts and ends of processes; a thread ends after 5 s without work. */
final class Workers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int MOST = 64;
    private static final int IDLE_SECONDS = 5;

    private final ThreadFactory threads = Daemon.numbered("run-");
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);

    Workers() {
        pool.allowCoreThreadTimeOut(true);
        pool.setRejectedExecutionHandler((task, closed) -> LOG.debug("not done any more: the agent stops"));
    }

    /** Runs the work soon, unless the agent stops. The app and the title name it in the log. */
    void execute(AppName app, String title, Runnable work) {
        pool.execute(LogContext.about(app, () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("{}: a start or an end failed", title, e);
            }
        }));
    }

    /** Runs the work for each of these side by side, the first in the calling thread, and waits for all. */
    <T> void each(List<T> these, Consumer<T> work) {
        List<CompletableFuture<Void>> others = these.stream()
                .skip(1)
                .map(one -> CompletableFuture.runAsync(
                        LogContext.carried(() -> work.accept(one)),
                        task -> threads.newThread(task).start()))
                .toList();
        these.stream().limit(1).forEach(work);
        others.forEach(CompletableFuture::join);
    }

    /** Takes no new work. Work under way goes on. */
    @Override
    public void close() {
        pool.shutdown();
    }
}
