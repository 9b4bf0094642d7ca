package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.AppSource;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one push or archive until they are kept, in a folder that only this push reads. The repository's own
 * objects are read behind it. A refused push leaves nothing. Holds a pass of the repository's gate. For one thread, but
 * for what {@link #submission} reads.
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

    /** How far the objects are; {@code LEAVING} stays if moving them into the repository failed. */
    private enum State {
        EMPTY,
        HERE,
        LEAVING,
        KEPT
    }

    /**
     * Enters the app's repository, which must exist; writes nothing yet.
     *
     * @param garbage is told the app if something stays that no ref names
     */
    Quarantine(
            RepositoryFolders repositories,
            AppName app,
            TreeLimits limits,
            Durability durability,
            Consumer<AppName> garbage)
            throws IOException {
        this.repositories = repositories;
        this.app = app;
        this.limits = limits;
        this.durability = durability;
        this.garbage = garbage;
        this.folder = repositories.folder(app).resolve("objects").resolve(Leftovers.QUARANTINE + UUID.randomUUID());
        this.visit = repositories.enter(app, folder);
    }

    /** The repository, with new objects going into quarantine. Closed by {@link #close}. */
    Repository repository() {
        return visit.repository();
    }

    /** Creates the folder. Called before the first object is written. */
    void begin() throws IOException {
        state = State.HERE;
        Files.createDirectory(folder);
        Files.createDirectory(folder.resolve("pack"));
    }

    Path home() {
        return repositories.folder(app);
    }

    /** The submission of a commit, whose objects may be in quarantine. */
    Submission submission(Origin origin, String commit, Tip tip) {
        ObjectId id = ObjectId.fromString(commit);
        AppSource source = new TreeSource(() -> repositories.enter(app, folder), limits, app, id);
        return new Submission(app, origin, commit, source, (earlier, paths) -> differ(earlier, id, paths), tip);
    }

    private boolean differ(String earlier, ObjectId commit, List<String> paths) {
        try (Visit reading = repositories.enter(app, folder)) {
            return TreeSource.differ(reading.repository(), ObjectId.fromString(earlier), commit, paths);
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, home()), e);
        }
    }

    boolean isDestroyed() {
        return !repositories.exists(app);
    }

    /** The message for a pusher whose app was destroyed. */
    String destroyed() {
        return app + " was destroyed while this deploy was under way; `create " + app + "` makes it anew";
    }

    /** The message for a pusher when something failed. */
    String destroyedOr(String why) {
        return isDestroyed() ? destroyed() : why;
    }

    /** Syncs moved refs to the disk. */
    void syncRefs(List<String> names) throws IOException {
        durability.refs(home(), names);
    }

    /** As {@link #moveIn}, but throws a {@link Refusal}. */
    void keep() {
        try {
            moveIn();
        } catch (NoSuchFileException e) {
            throw new Refusal(destroyed(), e);
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, home()), e);
        }
    }

    /**
     * Moves the objects into the repository, durably and without new space. Must be called before a release or a ref
     * names a commit of them. A second call does nothing, but fails again after a failure.
     */
    void moveIn() throws IOException {
        if (state == State.EMPTY || state == State.KEPT) {
            return;
        }
        if (state == State.LEAVING) {
            throw new IOException("what was pushed could not be stored");
        }
        state = State.LEAVING;
        for (Path pack : FileTree.entries(folder.resolve("pack"), "*" + PACK)) {
            moveIn(pack);
        }
        durability.packs(home());
        state = State.KEPT;
    }

    /** Moves a pack under a new name, because two pushes may bring the same objects; the index last. */
    private void moveIn(Path pack) throws IOException {
        Path packs = home().resolve("objects").resolve("pack");
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

    /** Notes that refs or the current release name what was kept. */
    void settled() {
        settled = true;
    }

    /**
     * Deletes what was not kept and leaves the gate. If the repository has garbage now, the empty folder stays as a
     * mark until that is collected.
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
            FileTree.delete(rest);
        } catch (IOException e) {
            garbage.accept(app);
            LOG.warn("{} stays until garbage of {} is collected", folder, app, e);
        } finally {
            visit.pass().close();
        }
    }
}
