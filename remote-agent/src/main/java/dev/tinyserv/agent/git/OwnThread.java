package dev.tinyserv.agent.git;

import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a session in a thread that nobody interrupts. A door interrupts its own thread when the client vanishes, and an
 * interrupt closes JGit's files, perhaps between the commit point and the ref. So the caller's thread only waits, and
 * turns an interrupt into a cancellation.
 */
final class OwnThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnThread.class);

    private final ExecutorService threads = Executors.newCachedThreadPool(Daemon.named("git-session"));

    /** Returns the work's exit status when it has ended, 1 if it failed. A {@link Refusal} of the work is thrown. */
    int run(GitSession session, Callable<Integer> work) {
        Future<Integer> running = threads.submit(LogContext.carriedCall(work));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    session.cancellation().cancel("the connection was closed");
                    closeQuietly(session.in());
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            LOG.error("a git session failed", e.getCause());
            return 1;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            LOG.debug("the client's stream was closed already", e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
