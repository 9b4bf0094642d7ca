package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The apps' bare repositories, which pushes, fetches and archives share. Safe for several threads. */
public final class Repositories implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repositories.class);

    private final RepositoryFolders folders;
    private final TreeLimits limits;
    private final Garbage garbage;
    private final Durability durability = new Durability();
    private final OwnThread sessions = new OwnThread();

    /**
     * Sets JGit up for this process, and reads nothing yet.
     *
     * @param released the full id of the commit of an app's current release, empty if it has none; throws if that is
     *     not known, and then nothing of the app counts as unneeded
     */
    public Repositories(GitSettings settings, Function<AppName, Optional<String>> released) {
        JGitSetUp.once();
        this.folders = new RepositoryFolders(settings.layout(), new BareRepository(settings));
        this.limits = TreeLimits.of(settings);
        this.garbage = new Garbage(folders, released);
    }

    Visit enter(AppName app) throws IOException {
        return folders.enter(app);
    }

    Quarantine quarantine(AppName app) throws IOException {
        return new Quarantine(folders, app, limits, durability, garbage::left);
    }

    /** Refuses an account that may not use the app, and an app without a repository. */
    void require(AppName app, Account by) {
        by.requireUseOf(app);
        folders.requireExists(app);
    }

    /** Serves a client in a thread of its own; blocks. Refuses first an account that may not use the app. */
    int serve(GitSession session, Callable<Integer> work) {
        require(session.app(), session.by());
        return sessions.run(session, work);
    }

    /** Called after a push has left the repository. */
    void pushed(AppName app) {
        garbage.afterPush(app);
    }

    /** Called after anybody else has left it. */
    void left(AppName app) {
        garbage.collectIfDue(app);
    }

    /**
     * Makes the app's empty bare repository, durably and atomically.
     *
     * @throws Refusal if the app has one already
     */
    public void create(AppName app) {
        folders.create(app);
    }

    /** Deletes the app's repository if there is one; nobody may push to it or fetch from it meanwhile. */
    public void destroy(AppName app) {
        folders.destroy(app);
        durability.forget(folders.folder(app));
        garbage.forget(app);
    }

    /** Whether the app has a repository. */
    public boolean exists(AppName app) {
        return folders.exists(app);
    }

    /** The files of a commit; whether it exists is told when they are read. */
    public AppSource source(AppName app, String commit) {
        return new TreeSource(() -> folders.enter(app), limits, app, id(commit));
    }

    /** The full id of the deploy branch's commit; empty while it has none. */
    public Optional<String> tip(AppName app) {
        return with(app, repository -> {
            @Nullable ObjectId value = DeployBranch.value(repository, DeployBranch.of(repository));
            return value == null ? Optional.empty() : Optional.of(value.name());
        });
    }

    /** The short name of the deploy branch. */
    public String deployBranch(AppName app) {
        return with(app, repository -> Repository.shortenRefName(DeployBranch.of(repository)));
    }

    /**
     * The commit that the app's branch names already, for a deploy without a push.
     *
     * @param without the remedy that a refusal names if the branch has no commit
     */
    public Submission standing(AppName app, Origin origin, String without) {
        String commit = tip(app).orElseThrow(() -> new Refusal(app + " has no commit yet; " + without));
        return new Submission(
                app, origin, commit, source(app, commit), (earlier, paths) -> true, new StandingTip(this, app, commit));
    }

    /** A branch that names the commit already: nothing is kept or moved. */
    private record StandingTip(Repositories repositories, AppName app, String commit) implements Tip {
        @Override
        public String before() {
            return commit;
        }

        @Override
        public void check() {
            if (repositories.tip(app).filter(commit::equals).isEmpty()) {
                throw new Refusal("somebody pushed meanwhile; run redeploy again");
            }
        }

        @Override
        public void keep() {}

        @Override
        public void move() {}
    }

    /**
     * Moves the deploy branch to the commit of a release, durably, if the commit exists and the branch is still where
     * it was before that push. Later pushes without a release may have moved it.
     *
     * @param before the commit of the branch before the push; null if it had none
     */
    public void rollForward(AppName app, String commit, @Nullable String before) {
        Optional<String> tip = BranchTip.of(folders.folder(app));
        if (tip.isPresent() && (tip.get().equals(commit) || !tip.get().equals(before))) {
            return;
        }
        with(app, repository -> {
            String branch = DeployBranch.of(repository);
            ObjectId wanted = id(commit);
            if (wanted.equals(DeployBranch.value(repository, branch))) {
                return true;
            }
            try (RevWalk walk = new RevWalk(repository)) {
                walk.parseCommit(wanted);
                DeployBranch.force(repository, branch, wanted);
                durability.refs(folders.folder(app), List.of(branch));
                LOG.info("{}: {} follows the release to {}", app, branch, commit);
            } catch (MissingObjectException | IncorrectObjectTypeException e) {
                LOG.warn("{}: the release's commit {} is not in the repository; {} stays", app, commit, branch);
            }
            return true;
        });
    }

    /**
     * Deletes half-made repositories of a killed agent. Only before anything is served. Leftovers in whole repositories
     * are deleted at their first use, or by {@link #sweepUnused}.
     */
    public void sweepUnfinished() {
        try {
            folders.sweepUnfinished();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sweep the repositories", e);
        }
    }

    /** Deletes in the background what a killed agent left in the repositories that nobody has used since. */
    public void sweepUnused() {
        garbage.sweepUnused();
    }

    /**
     * Deletes the garbage of the app's repository.
     *
     * @return the freed bytes; empty if somebody is in the repository
     * @throws Refusal if the repository is damaged or its disk fails
     */
    public OptionalLong clean(AppName app) {
        return cleaned(app, garbage::clean);
    }

    /** About how many bytes {@link #clean} would free; else as {@link #clean}. */
    public OptionalLong garbageBytes(AppName app) {
        return cleaned(app, garbage::garbageBytes);
    }

    @FunctionalInterface
    private interface Cleaning {
        OptionalLong of(AppName app) throws IOException;
    }

    private OptionalLong cleaned(AppName app, Cleaning cleaning) {
        try {
            return cleaning.of(app);
        } catch (IOException | JGitInternalException e) {
            LOG.error("the repository of {} cannot be cleaned", app, e);
            String reason =
                    e instanceof IOException failure ? JsonStore.reason(failure) : String.valueOf(e.getMessage());
            throw new Refusal(
                    "cannot clean " + folders.folder(app) + ": " + Printable.shortened(reason, 200)
                            + "; see to the server's disk, or restore the repository from a backup",
                    e);
        }
    }

    @FunctionalInterface
    private interface Use<T> {
        T use(Repository repository) throws IOException;
    }

    private <T> T with(AppName app, Use<T> use) {
        try (Visit visit = folders.enter(app)) {
            return use.use(visit.repository());
        } catch (IOException e) {
            throw new UncheckedIOException("the repository of " + app + " cannot be read", e);
        }
    }

    private static ObjectId id(String commit) {
        if (!ObjectId.isId(commit)) {
            throw new Refusal("'" + Printable.shortened(commit, 50) + "' is no full commit id; git log shows it");
        }
        return ObjectId.fromString(commit);
    }

    /** Serves nobody new and collects no more garbage. Sessions under way go on. */
    @Override
    public void close() {
        sessions.close();
        garbage.close();
    }
}
