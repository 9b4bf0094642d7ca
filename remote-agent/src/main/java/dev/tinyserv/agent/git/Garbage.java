package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.CancelledException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what no ref names: soon after a push was rejected, and now and then; once, also what a killed agent left in
 * repositories that nobody has used since. One repository at a time, in the
 * background; when somebody is in the repository it is left for when the last one leaves.
 */
final class Garbage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);
    private static final int PUSHES = 50;
    private static final int PACKS = 20;
    private static final int STOP_SECONDS = 2;

    private final Repositories repositories;
    private final Gates gates;
    private final Set<AppName> due = ConcurrentHashMap.newKeySet();
    private final Map<AppName, Integer> pushes = new ConcurrentHashMap<>();
    private final ExecutorService background = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "git-garbage");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    Garbage(Repositories repositories, Gates gates) {
        this.repositories = repositories;
        this.gates = gates;
    }

    /** Called after a push has left the gate. */
    void afterPush(AppName app, boolean rejected) {
        int count = pushes.merge(app, 1, Integer::sum);
        if (rejected || count >= PUSHES || countPacks(app) > PACKS) {
            due.add(app);
        }
        collectIfDue(app);
    }

    /** Called after anybody has left the gate. */
    void collectIfDue(AppName app) {
        if (!due.contains(app) || closed) {
            return;
        }
        try {
            background.execute(() -> tryCollect(app));
        } catch (RejectedExecutionException e) {
            LOG.debug("garbage of {} stays until the next start", app, e);
        }
    }

    void forget(AppName app) {
        due.remove(app);
        pushes.remove(app);
    }

    /** Sweeps every repository that nobody has visited yet, one after the other. */
    void sweepUnused() {
        background.execute(() -> {
            try {
                for (AppName app : repositories.all()) {
                    if (closed) {
                        return;
                    }
                    sweepUnused(app);
                }
            } catch (IOException e) {
                LOG.warn("what a killed agent left in repositories that nobody uses stays until the next start", e);
            }
        });
    }

    private void sweepUnused(AppName app) {
        try {
            repositories.sweep(app);
        } catch (IOException e) {
            LOG.warn("the repository of {} could not be swept; it is tried again before it is used", app, e);
        }
    }

    private void tryCollect(AppName app) {
        RepositoryGate gate = gates.of(app);
        if (closed || !due.contains(app) || !gate.tryBeginCollection()) {
            return;
        }
        try {
            due.remove(app);
            if (repositories.exists(app)) {
                collect(app, gate);
                pushes.remove(app);
            }
        } catch (CancelledException e) {
            due.add(app);
        } catch (IOException | ParseException | GitAPIException | RuntimeException e) {
            if (gate.someoneWaits() || e.getCause() instanceof CancelledException) {
                due.add(app);
            } else {
                LOG.warn("garbage of {} could not be collected; it is tried again after the next pushes", app, e);
            }
        } finally {
            gate.endCollection();
        }
    }

    private void collect(AppName app, RepositoryGate gate) throws IOException, ParseException, GitAPIException {
        try (Repository repository = repositories.open(app)) {
            if (!(repository instanceof FileRepository files)) {
                throw new JGitInternalException(repository + " has no files");
            }
            Leftovers.sweep(repositories.folder(app)); // a pack whose lock stayed would be kept for ever
            GC collector = new GC(files);
            Instant now = Instant.now();
            collector.setExpire(now);
            collector.setPackExpire(now);
            collector.setProgressMonitor(new EmptyProgressMonitor() {
                @Override
                public boolean isCancelled() {
                    return closed || gate.someoneWaits();
                }
            });
            collector.gc().join();
        }
    }

    private int countPacks(AppName app) {
        Path folder = repositories.folder(app).resolve("objects").resolve("pack");
        int count = 0;
        try (DirectoryStream<Path> packs = Files.newDirectoryStream(folder, "*.pack")) {
            for (Path ignored : packs) {
                count++;
            }
        } catch (IOException e) {
            LOG.debug("cannot list {}", folder, e);
        }
        return count;
    }

    @Override
    public void close() {
        closed = true;
        background.shutdown();
        try {
            if (!background.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("a collection goes on to the end of the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
