package dev.tinyserv.agent.git;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.jspecify.annotations.Nullable;

/**
 * The deploy branch: the one that HEAD names. While that is {@code main} or {@code master} and has no commit, the first
 * of the two to get a commit becomes the deploy branch.
 */
final class DeployBranch {
    static final String MAIN = Constants.R_HEADS + "main";
    static final String MASTER = Constants.R_HEADS + "master";

    private static final List<String> USUAL = List.of(MAIN, MASTER);

    private DeployBranch() {}

    /** The full name of the deploy branch, which may not exist yet. */
    static String of(Repository repository) throws IOException {
        @Nullable Ref head = repository.getRefDatabase().exactRef(Constants.HEAD);
        String named =
                head == null || !head.isSymbolic() ? MAIN : head.getTarget().getName();
        if (!USUAL.contains(named) || exists(repository, named)) {
            return named;
        }
        for (String usual : USUAL) {
            if (exists(repository, usual)) {
                return usual;
            }
        }
        return named;
    }

    /** The deploy branch once these commands are carried out. */
    static String chosen(Repository repository, Collection<ReceiveCommand> commands) throws IOException {
        String current = of(repository);
        if (!isOpen(repository, current) || creates(commands, current)) {
            return current;
        }
        return USUAL.stream()
                .filter(name -> creates(commands, name))
                .findFirst()
                .orElse(current);
    }

    /** Whether a first push may still choose the deploy branch. */
    static boolean isOpen(Repository repository, String current) throws IOException {
        return USUAL.contains(current) && !exists(repository, current);
    }

    /** Makes HEAD name the branch, unless it does. */
    static void point(Repository repository, String branch) throws IOException {
        @Nullable Ref head = repository.getRefDatabase().exactRef(Constants.HEAD);
        if (head != null && head.isSymbolic() && head.getTarget().getName().equals(branch)) {
            return;
        }
        RefUpdate update = repository.updateRef(Constants.HEAD);
        update.disableRefLog();
        RefUpdate.Result result = update.link(branch);
        if (result != RefUpdate.Result.FORCED
                && result != RefUpdate.Result.NEW
                && result != RefUpdate.Result.NO_CHANGE) {
            throw new IOException("HEAD could not be pointed to " + branch + ": " + result);
        }
    }

    /** The commit that the ref names; null if it does not exist. */
    static @Nullable ObjectId value(Repository repository, String ref) throws IOException {
        @Nullable Ref found = repository.getRefDatabase().exactRef(ref);
        return found == null ? null : found.getObjectId();
    }

    /** Moves the ref, whatever it names now. */
    static void force(Repository repository, String ref, ObjectId commit) throws IOException {
        RefUpdate update = repository.updateRef(ref);
        update.disableRefLog();
        update.setForceUpdate(true);
        update.setNewObjectId(commit);
        RefUpdate.Result result = update.update();
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default -> throw new IOException(ref + " could not be moved to " + commit.name() + ": " + result);
        }
    }

    private static boolean exists(Repository repository, String ref) throws IOException {
        return value(repository, ref) != null;
    }

    private static boolean creates(Collection<ReceiveCommand> commands, String ref) {
        return commands.stream()
                .anyMatch(command -> command.getRefName().equals(ref)
                        && command.getType() == ReceiveCommand.Type.CREATE
                        && command.getResult() == ReceiveCommand.Result.NOT_ATTEMPTED);
    }
}
