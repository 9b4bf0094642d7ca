package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.store.TreeSize;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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
 * Collects objects that neither a ref nor the current release needs: after a refused push that was stored already,
 * after every 50 pushes or more than 20 packs, and once what a killed agent left. Unneeded packs are deleted whole
 * first, which needs no space. One repository at a time, in the background; a repository in use is collected when its
 * last user leaves.
 */
final class Garbage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);
    private static final int PUSHES = 50;
    private static final int PACKS = 20;
    private static final int STOP_SECONDS = 2;
    private static final long TIGHT_BYTES = 200L << 20;

    private final RepositoryFolders repositories;
    private final Function<AppName, Optional<String>> released;
    private final Set<AppName> due = ConcurrentHashMap.newKeySet();
    private final Set<AppName> failed = ConcurrentHashMap.newKeySet();
    private final Map<AppName, Integer> pushes = new ConcurrentHashMap<>();
    private final ExecutorService background = Executors.newSingleThreadExecutor(Daemon.named("git-garbage"));
    private volatile boolean closed;

    /** Garbage of the repositories; {@code released} tells the commit of an app's current release, or throws. */
    Garbage(RepositoryFolders repositories, Function<AppName, Optional<String>> released) {
        this.repositories = repositories;
        this.released = released;
    }

    /** Notes that the app's repository holds something that no ref names. The repository may be in use. */
    void left(AppName app) {
        due.add(app);
    }

    /** Called after a push has left the gate. */
    void afterPush(AppName app) {
        int count = pushes.merge(app, 1, Integer::sum);
        if (failed.remove(app) || count >= PUSHES || countPacks(app) > PACKS) {
            due.add(app);
        }
        collectIfDue(app);
    }

    /** Called after anybody has left the gate. Collects in the background if that is due. */
    void collectIfDue(AppName app) {
        if (repositories.takeInterrupted(app)) {
            due.add(app);
        }
        if (!due.contains(app) || closed) {
            return;
        }
        try {
            background.execute(LogContext.about(app, () -> tryCollect(app)));
        } catch (RejectedExecutionException e) {
            LOG.debug("garbage of {} stays until the next start", app, e);
        }
    }

    void forget(AppName app) {
        due.remove(app);
        failed.remove(app);
        pushes.remove(app);
    }

    /** Sweeps every repository that nobody has used yet. If less than 200 MiB are free, collects in all of them. */
    void sweepUnused() {
        background.execute(() -> {
            try {
                boolean full = repositories.freeBytes() < TIGHT_BYTES;
                for (AppName app : repositories.all()) {
                    if (closed) {
                        return;
                    }
                    LogContext.about(app, () -> sweepUnused(app)).run();
                    if (full) {
                        due.add(app);
                    }
                    collectIfDue(app);
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
        RepositoryGate gate = repositories.gate(app);
        if (closed || !due.contains(app) || !gate.tryBeginCollection()) {
            return;
        }
        try {
            due.remove(app);
            if (repositories.exists(app)) {
                collect(app, gate);
            }
        } catch (CancelledException e) {
            due.add(app);
        } catch (IOException | ParseException | GitAPIException | RuntimeException e) {
            if (gate.someoneWaits() || e.getCause() instanceof CancelledException) {
                due.add(app);
            } else {
                failed.add(app);
                LOG.warn("garbage of {} could not be collected; it is tried again after the next push", app, e);
            }
        } finally {
            gate.endCollection();
        }
    }

    private void collect(AppName app, RepositoryGate gate) throws IOException, ParseException, GitAPIException {
        BooleanSupplier cancelled = () -> closed || gate.someoneWaits();
        Path folder = repositories.folder(app);
        boolean many = pushes.getOrDefault(app, 0) >= PUSHES || countPacks(app) > PACKS;
        boolean kept = Leftovers.isMarked(folder);
        boolean found = deletePacks(app, cancelled);
        boolean ignored = Leftovers.sweep(folder); // a pack whose lock stayed would be kept for ever
        if ((many || (kept && !found)) && !repack(app, cancelled)) {
            failed.add(app);
            return;
        }
        Leftovers.deleteMarks(folder);
    }

    /** Deletes packs of which nothing is needed. Writes nothing, so it works on a full disk. True if there were any. */
    private boolean deletePacks(AppName app, BooleanSupplier cancelled) throws IOException {
        List<Path> files;
        try (FileRepository repository = open(app)) {
            files = new UnusedPacks(repository, released.apply(app), cancelled).files();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        return !files.isEmpty();
    }

    /** Packs anew; false if the current release is beside all refs, because JGit would drop it. */
    private boolean repack(AppName app, BooleanSupplier cancelled) throws IOException, ParseException, GitAPIException {
        try (FileRepository repository = open(app)) {
            if (ReleasedCommit.besideRefs(repository, released.apply(app), cancelled)
                    .isPresent()) {
                LOG.info("{} is not packed anew: its branch is behind its release", app);
                return false;
            }
            GC collector = new GC(repository);
            Instant now = Instant.now();
            collector.setExpire(now);
            collector.setPackExpire(now);
            collector.setProgressMonitor(new EmptyProgressMonitor() {
                @Override
                public boolean isCancelled() {
                    return cancelled.getAsBoolean();
                }
            });
            collector.gc().join();
            pushes.remove(app);
            return true;
        }
    }

    private FileRepository open(AppName app) throws IOException {
        Repository repository = repositories.open(app);
        if (repository instanceof FileRepository files) {
            return files;
        }
        repository.close();
        throw new JGitInternalException(repository + " has no files");
    }

    @FunctionalInterface
    private interface Work {
        long bytes(RepositoryGate gate) throws IOException;
    }

    /** Does the work alone in the repository; empty if somebody is inside, or wants to enter meanwhile. */
    private OptionalLong alone(AppName app, Work work) throws IOException {
        RepositoryGate gate = repositories.gate(app);
        if (!gate.tryBeginCollection()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(work.bytes(gate));
        } catch (CancelledException e) {
            return OptionalLong.empty();
        } finally {
            gate.endCollection();
        }
    }

    /** About how many bytes {@link #clean} would free; empty if somebody is in the repository. */
    OptionalLong garbageBytes(AppName app) throws IOException {
        return alone(app, gate -> {
            try (FileRepository repository = open(app)) {
                long packed = new UnusedPacks(repository, released.apply(app), gate::someoneWaits).bytes();
                return packed
                        + Leftovers.find(repositories.folder(app)).stream()
                                .mapToLong(TreeSize::of)
                                .sum();
            }
        });
    }

    /**
     * Deletes the garbage of the app's repository and packs the rest anew if there is space for that.
     *
     * @return the freed bytes; empty if somebody is in the repository
     */
    OptionalLong clean(AppName app) throws IOException {
        return alone(app, gate -> {
            Path folder = repositories.folder(app);
            long before = TreeSize.of(folder);
            boolean deleted = deletePacks(app, gate::someoneWaits);
            boolean swept = Leftovers.sweep(folder);
            if (repackIfThereIsSpace(app, gate)) {
                Leftovers.deleteMarks(folder);
                due.remove(app);
                failed.remove(app);
            } else {
                failed.add(app);
            }
            LOG.debug("{} cleaned: packs {}, a push that was not ended {}", app, deleted, swept);
            return Math.max(0, before - TreeSize.of(folder));
        });
    }

    /** Packs anew; false if that failed, and then the next push tries again. */
    private boolean repackIfThereIsSpace(AppName app, RepositoryGate gate) {
        try {
            return repack(app, () -> closed || gate.someoneWaits());
        } catch (IOException | ParseException | GitAPIException | JGitInternalException e) {
            LOG.info("{} is not packed anew: {}", app, String.valueOf(e));
            return false;
        }
    }

    private int countPacks(AppName app) {
        Path folder = repositories.folder(app).resolve("objects").resolve("pack");
        try {
            return FileTree.entries(folder, "*.pack").size();
        } catch (IOException e) {
            LOG.debug("cannot list {}", folder, e);
            return 0;
        }
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
