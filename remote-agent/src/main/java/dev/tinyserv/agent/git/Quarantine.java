package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the objects lie that one push or archive brings, until they are kept: a folder that only this push reads, with
 * the repository's own objects behind it. A push that is refused leaves nothing, and that needs no space. Holds a pass of
 * the repository's gate. For one thread, but for what {@link #source} and {@link #differ} read.
 *
 * @see <a href="https://git-scm.com/docs/git-receive-pack#_quarantine_environment">git's quarantine</a>
 */
final class Quarantine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PACK = ".pack";
    private static final String INDEX = ".idx";

    private final RepositoryFolders repositories;
    private final AppName app;
    private final TreeLimits limits;
    private final Durability durability;
    private final Path folder;
    private final Visit visit;
    private final Consumer<AppName> garbage;
    private State state = State.EMPTY;
    private boolean settled;

    /** How far what came has got; {@code LEAVING} stays if the way into the repository failed. */
    private enum State {
        EMPTY,
        HERE,
        LEAVING,
        KEPT
    }

    private Quarantine(
            RepositoryFolders repositories,
            AppName app,
            TreeLimits limits,
            Durability durability,
            Path folder,
            Visit visit,
            Consumer<AppName> garbage) {
        this.repositories = repositories;
        this.app = app;
        this.limits = limits;
        this.durability = durability;
        this.folder = folder;
        this.visit = visit;
        this.garbage = garbage;
    }

    /**
     * Enters the app's repository, which must exist; writes nothing yet.
     *
     * @param garbage is told when something stays that no ref names
     */
    static Quarantine enter(
            RepositoryFolders repositories,
            AppName app,
            TreeLimits limits,
            Durability durability,
            Consumer<AppName> garbage)
            throws IOException {
        Path folder = repositories.folder(app).resolve("objects").resolve(Leftovers.QUARANTINE + UUID.randomUUID());
        return new Quarantine(repositories, app, limits, durability, folder, repositories.enter(app, folder), garbage);
    }

    /** The repository, whose new objects go into quarantine; it is closed with this. */
    Repository repository() {
        return visit.repository();
    }

    /** Makes room for objects: to be called before the first one is written. */
    void begin() throws IOException {
        state = State.HERE;
        Files.createDirectory(folder);
        Files.createDirectory(folder.resolve("pack"));
    }

    /** The files of a commit, which may lie here. */
    AppSource source(String commit) {
        return new TreeSource(() -> repositories.enter(app, folder), limits, app, ObjectId.fromString(commit));
    }

    /** As {@link Repositories#differ}, for commits that may lie here. */
    boolean differ(String one, String other, List<String> paths) {
        try (Visit reading = repositories.enter(app, folder)) {
            return TreeDifference.exists(
                    reading.repository(), ObjectId.fromString(one), ObjectId.fromString(other), paths);
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, repositories.folder(app)), e);
        }
    }

    /** As {@link #moveIn}, for somebody who waits for the submission. */
    void keep() {
        try {
            moveIn();
        } catch (NoSuchFileException e) {
            throw new Refusal(ExpectedTip.destroyed(app), e);
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, repositories.folder(app)), e);
        }
    }

    /**
     * Moves all that came into the repository, durably; needs no space for it. Must be called before a release or a ref
     * names a commit of it; once more does nothing, but after a failure it fails again.
     */
    void moveIn() throws IOException {
        if (state == State.EMPTY || state == State.KEPT) {
            return;
        }
        if (state == State.LEAVING) {
            throw new IOException("what was pushed could not be stored");
        }
        state = State.LEAVING;
        for (Path pack : packs()) {
            moveIn(pack);
        }
        durability.packs(repositories.folder(app));
        state = State.KEPT;
    }

    private List<Path> packs() throws IOException {
        List<Path> packs = new ArrayList<>();
        try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder.resolve("pack"), "*" + PACK)) {
            listing.forEach(packs::add);
        }
        return packs;
    }

    /** Under a name of its own, as two pushes may bring the same objects; the index last: with it the pack is there. */
    private void moveIn(Path pack) throws IOException {
        Path packs = repositories.folder(app).resolve("objects").resolve("pack");
        String name = String.valueOf(pack.getFileName());
        String index = name.substring(0, name.length() - PACK.length()) + INDEX;
        String target = "pack-" + randomName();
        Files.move(pack, packs.resolve(target + PACK), StandardCopyOption.ATOMIC_MOVE);
        Files.move(pack.resolveSibling(index), packs.resolve(target + INDEX), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String randomName() {
        byte[] id = new byte[Constants.OBJECT_ID_LENGTH];
        RANDOM.nextBytes(id);
        return ObjectId.fromRaw(id).name();
    }

    /** Refs or the current release name what was kept. */
    void settled() {
        settled = true;
    }

    /**
     * Deletes what was not kept and leaves the gate. Of what is garbage of the repository now, the empty folder stays as
     * a mark until it is collected, also by the agent's next start.
     */
    @Override
    public void close() {
        boolean inVain = !settled && (state == State.LEAVING || state == State.KEPT);
        if (inVain) {
            garbage.accept(app);
        }
        try {
            repository().close();
            Path rest = inVain ? folder.resolve("pack") : folder;
            if (Files.exists(rest)) {
                Leftovers.deleteTree(rest);
            }
        } catch (IOException e) {
            garbage.accept(app);
            LOG.warn("{} stays until garbage of {} is collected", folder, app, e);
        } finally {
            visit.pass().close();
        }
    }
}
