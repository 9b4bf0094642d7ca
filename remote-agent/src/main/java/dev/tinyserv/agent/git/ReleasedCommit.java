package dev.tinyserv.agent.git;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.jgit.errors.CancelledException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.ObjectWalk;

/**
 * The commit of an app's current release. It is no garbage even if no ref leads to it: a branch that could not be moved
 * at the deploy is moved at the agent's next start.
 */
final class ReleasedCommit {
    private ReleasedCommit() {}

    /**
     * The commit, if no ref leads to it and the repository has all that it needs; else empty. Throws if an object that
     * it needs is there and cannot be read.
     */
    static Optional<ObjectId> besideRefs(FileRepository repository, Optional<String> commit, BooleanSupplier cancelled)
            throws IOException {
        if (commit.isEmpty() || !ObjectId.isId(commit.get())) {
            return Optional.empty();
        }
        ObjectId id = ObjectId.fromString(commit.get());
        List<Pack> packs = List.copyOf(repository.getObjectDatabase().getPacks());
        try {
            return isBesideRefs(repository, id, cancelled) ? Optional.of(id) : Optional.empty();
        } catch (IncorrectObjectTypeException e) {
            return Optional.empty();
        } catch (MissingObjectException e) {
            for (Pack pack : packs) {
                if (pack.getIndex().hasObject(e.getObjectId())) {
                    throw e; // the disk has failed to read it
                }
            }
            return Optional.empty();
        }
    }

    private static boolean isBesideRefs(FileRepository repository, ObjectId id, BooleanSupplier cancelled)
            throws IOException {
        try (ObjectWalk walk = new ObjectWalk(repository)) {
            walk.setRetainBody(false);
            walk.markStart(walk.parseCommit(id));
            for (Ref ref : repository.getRefDatabase().getRefs()) {
                if (ref.getObjectId() != null) {
                    walk.markUninteresting(walk.parseAny(ref.getObjectId()));
                }
            }
            return walkToTheEnd(walk, cancelled);
        }
    }

    /** Walks to the end; true if a commit was met. Throws a {@link CancelledException} if cancelled. */
    static boolean walkToTheEnd(ObjectWalk walk, BooleanSupplier cancelled) throws IOException {
        boolean found = false;
        while (walk.next() != null) {
            found = true;
            checkWanted(cancelled);
        }
        while (walk.nextObject() != null) {
            checkWanted(cancelled);
        }
        return found;
    }

    static void checkWanted(BooleanSupplier cancelled) throws CancelledException {
        if (cancelled.getAsBoolean()) {
            throw new CancelledException("somebody wants to enter");
        }
    }
}
