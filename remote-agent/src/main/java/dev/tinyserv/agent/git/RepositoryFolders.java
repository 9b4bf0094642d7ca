package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.DurableFile;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * The folders of bare repositories. Each user opens and closes a handle of its own: without JGit's cache of
 * repositories, nothing keeps a deleted app's files open.
 */
final class RepositoryFolders {
    private final Layout layout;
    private final BareRepository template;
    private final Map<AppName, RepositoryGate> gates = new ConcurrentHashMap<>();
    private final Set<AppName> interrupted = ConcurrentHashMap.newKeySet();
    private final AtomicLong counter = new AtomicLong();

    RepositoryFolders(Layout layout, BareRepository template) {
        this.layout = layout;
        this.template = template;
    }

    Path folder(AppName app) {
        return layout.repository(app);
    }

    boolean exists(AppName app) {
        return Files.isRegularFile(folder(app).resolve("HEAD"));
    }

    void requireExists(AppName app) {
        if (!exists(app)) {
            throw new Refusal("the repository of " + app + " is missing on the server; its administrator can restore it"
                    + " from a backup, `doctor` tells where it belongs");
        }
    }

    /** The repository's gate. It outlives its repository, so that somebody who is still inside keeps it shut. */
    RepositoryGate gate(AppName app) {
        return gates.computeIfAbsent(app, name -> new RepositoryGate());
    }

    /** Enters the repository's gate; the caller leaves by closing. The first visitor sweeps, and others wait for it. */
    Visit enter(AppName app) throws IOException {
        return enter(app, () -> open(app));
    }

    /**
     * The same with another folder for new objects, which need not be there yet, and the repository's own objects behind it.
     */
    Visit enter(AppName app, Path newObjects) throws IOException {
        // by the plain path JGit would take a whole repository from its cache, and with it each ref once more
        File behind = new File(folder(app).resolve("objects").toFile(), ".");
        return enter(
                app,
                () -> builder(app)
                        .setObjectDirectory(newObjects.toFile())
                        .addAlternateObjectDirectory(behind)
                        .build());
    }

    @FunctionalInterface
    private interface Opening {
        Repository open() throws IOException;
    }

    private Visit enter(AppName app, Opening opening) throws IOException {
        requireExists(app);
        sweep(app);
        RepositoryGate.Pass pass = gate(app).enter();
        try {
            return new Visit(pass, opening.open());
        } catch (IOException | RuntimeException e) {
            pass.close();
            throw e;
        }
    }

    /** Opens the repository for a caller that has shut the gate. The caller closes it. */
    Repository open(AppName app) throws IOException {
        return builder(app).setMustExist(true).build();
    }

    private FileRepositoryBuilder builder(AppName app) {
        requireExists(app);
        return new FileRepositoryBuilder().setGitDir(folder(app).toFile()).setBare();
    }

    /** Makes the repository under a temporary name, so that it appears whole or not at all. */
    void create(AppName app) {
        if (exists(app)) {
            throw new Refusal("the repository " + folder(app) + " exists already; choose another name");
        }
        Path unfinished = temporary(app);
        try {
            Files.createDirectories(layout.repositories());
            template.write(unfinished);
            Files.move(unfinished, folder(app), StandardCopyOption.ATOMIC_MOVE);
            DurableFile.sync(layout.repositories());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create " + folder(app), e);
        }
    }

    /** Deletes the repository, if there is one. */
    void destroy(AppName app) {
        Path doomed = temporary(app);
        try {
            if (Files.isDirectory(folder(app))) {
                Files.move(folder(app), doomed, StandardCopyOption.ATOMIC_MOVE);
                DurableFile.sync(layout.repositories());
                FileTree.delete(doomed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder(app), e);
        }
    }

    /** Deletes the half-made repositories of a killed agent; only while nobody works here. */
    void sweepUnfinished() throws IOException {
        Files.createDirectories(layout.repositories());
        for (Path entry : entries()) {
            if (!AppName.isValid(entry.getFileName().toString())) {
                boolean ignored = Leftovers.sweep(entry);
            }
        }
    }

    /** The apps that have a repository now. */
    List<AppName> all() throws IOException {
        return entries().stream()
                .map(entry -> entry.getFileName().toString())
                .filter(AppName::isValid)
                .map(AppName::new)
                .toList();
    }

    /** The free bytes on the disk of the repositories. */
    long freeBytes() throws IOException {
        return Files.getFileStore(layout.repositories()).getUsableSpace();
    }

    private List<Path> entries() throws IOException {
        return FileTree.entries(layout.repositories(), "*");
    }

    /** Deletes what a killed agent left in the app's repository, unless that was done or somebody is doing it. */
    void sweep(AppName app) throws IOException {
        RepositoryGate gate = gate(app);
        if (!gate.tryBeginSweep()) {
            return;
        }
        boolean done = false;
        try {
            if (Leftovers.sweep(folder(app))) {
                interrupted.add(app);
            }
            done = true;
        } finally {
            gate.endSweep(done);
        }
    }

    /** Whether a sweep has met a push that a killed agent did not end; true once. */
    boolean takeInterrupted(AppName app) {
        return interrupted.remove(app);
    }

    private Path temporary(AppName app) {
        return layout.repositories()
                .resolve(DurableFile.TEMPORARY_PREFIX + app + "-"
                        + ProcessHandle.current().pid() + "-" + counter.incrementAndGet());
    }
}
