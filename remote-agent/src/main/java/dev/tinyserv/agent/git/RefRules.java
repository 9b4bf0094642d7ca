package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import java.io.IOException;
import java.util.Collection;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.jspecify.annotations.Nullable;

/** Which refs may be pushed: branches and tags with ordinary names, not too many of them. */
final class RefRules {
    static final int MAX_COMMANDS = 1000;
    private static final int MAX_NAME = 200;

    /** Names that JGit allows, and that C git takes for options or refuses. */
    private static final Pattern STRANGE = Pattern.compile("/-|\\.lock/");

    private final int maxRefs;

    RefRules(int maxRefs) {
        this.maxRefs = maxRefs;
    }

    /** Rejects, in words, every command that breaks a rule. */
    void apply(Repository repository, Collection<ReceiveCommand> commands, String deployBranch) throws IOException {
        int room = maxRefs
                - repository.getRefDatabase().getRefsByPrefix(Constants.R_REFS).size();
        boolean tooMany = commands.size() > MAX_COMMANDS;
        try (RevWalk walk = new RevWalk(repository)) {
            for (ReceiveCommand command : commands) {
                @Nullable
                String reason = tooMany ? tooManyCommands(commands.size()) : broken(command, walk, deployBranch);
                if (reason == null
                        && command.getType() == ReceiveCommand.Type.CREATE
                        && !command.getRefName().equals(deployBranch)) {
                    room--;
                    if (room < 0) {
                        reason = "the app has " + maxRefs
                                + " branches and tags, the most allowed; delete some, or raise TINYSERV_MAX_REFS";
                    }
                }
                if (reason != null) {
                    command.setResult(Result.REJECTED_OTHER_REASON, reason);
                }
            }
        }
    }

    static String tooManyCommands(int count) {
        return "a push may change " + MAX_COMMANDS + " branches and tags, not " + count + "; push fewer at once";
    }

    private static @Nullable String broken(ReceiveCommand command, RevWalk walk, String deployBranch)
            throws IOException {
        String name = command.getRefName();
        boolean branch = name.startsWith(Constants.R_HEADS);
        if (!branch && !name.startsWith(Constants.R_TAGS)) {
            return "only branches and tags are taken (refs/heads/*, refs/tags/*)";
        }
        if (name.length() > MAX_NAME) {
            return "the name is longer than " + MAX_NAME + " characters";
        }
        if (!Repository.isValidRefName(name)
                || name.equals(Constants.R_HEADS + Constants.HEAD)
                || STRANGE.matcher(name).find()
                || !Printable.escaped(name).equals(name)) {
            return "this is no name for a branch or tag";
        }
        if (command.getType() == ReceiveCommand.Type.DELETE) {
            return name.equals(deployBranch) ? "the branch that deploys cannot be deleted" : null;
        }
        return branch ? notACommit(command, walk) : null;
    }

    private static @Nullable String notACommit(ReceiveCommand command, RevWalk walk) throws IOException {
        try {
            if (walk.parseAny(command.getNewId()).getType() == Constants.OBJ_COMMIT) {
                return null;
            }
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            return "the object was not sent";
        }
        return "a branch names a commit, and this is none";
    }
}
