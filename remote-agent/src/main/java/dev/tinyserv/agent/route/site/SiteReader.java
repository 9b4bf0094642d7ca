package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that look for the files of sites and read them, so that a slow disk holds up no connection but those that
 * wait for its files. One task for each client at most waits here. Safe for several threads.
 */
public final class SiteReader implements Executor {
    private static final int THREADS = 4;

    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "router-site");
                thread.setDaemon(true);
                return thread;
            });

    /** A reader whose threads begin with the first file, and end when none was asked for in a while. */
    public SiteReader() {
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Looks for the answer to a request.
     *
     * @param head of the request; it must stay as it is until the result is there
     * @return the answer, or the {@link IOException} with which the disk failed
     */
    public CompletableFuture<ReadyReply> read(Site site, Head head, Request request) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return ReadyReply.to(site, head, request);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }
}
