package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.buildpacks.buildpack.Site;
import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that find and read the files of sites, so that a slow disk delays only connections that wait for its
 * files. At most one task a client is queued. Safe for several threads.
 */
public final class SiteReader implements Executor {
    private static final int THREADS = 4;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Daemon.named("router-site"));

    /** A reader whose threads start with the first file, and end after 30 s without one. */
    public SiteReader() {
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Finds the answer to a request.
     *
     * @param head the head of the request, which must not change until the result is there
     * @return the answer; fails with the {@link IOException} of the disk
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
