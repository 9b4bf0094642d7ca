package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The move of the deploy branch to a commit that lies in quarantine. */
final class BranchMove implements Tip {
    private static final Logger LOG = LoggerFactory.getLogger(BranchMove.class);

    private final Quarantine quarantine;
    private final Repository repository;
    private final String branch;
    private final ObjectId before;
    private final ObjectId commit;
    private final String remedy;

    /**
     * A move that is not made yet.
     *
     * @param branch the full name of the deploy branch
     * @param before the commit of the branch; {@link ObjectId#zeroId()} if the branch does not exist
     * @param remedy what to do if the branch has moved meanwhile
     */
    BranchMove(Quarantine quarantine, String branch, ObjectId before, ObjectId commit, String remedy) {
        this.quarantine = quarantine;
        this.repository = quarantine.repository();
        this.branch = branch;
        this.before = before;
        this.commit = commit;
        this.remedy = remedy;
    }

    /** Has HEAD name the branch, before the commit point: a roll-forward after a crash must find the branch by it. */
    void pointHead() throws IOException {
        DeployBranch.point(repository, branch);
        quarantine.syncRefs(List.of(Constants.HEAD));
    }

    /** Has HEAD name the former branch again, if HEAD still names this branch and no push has made this branch. */
    void pointHeadBack(String former) throws IOException {
        if (DeployBranch.of(repository).equals(branch) && DeployBranch.isOpen(repository, branch)) {
            DeployBranch.point(repository, former);
        }
    }

    String commit() {
        return commit.name();
    }

    @Override
    public @Nullable String before() {
        return before.equals(ObjectId.zeroId()) ? null : before.name();
    }

    @Override
    public void check() {
        if (quarantine.isDestroyed()) {
            throw new Refusal(quarantine.destroyed());
        }
        try {
            repository.getRefDatabase().refresh();
            ObjectId now = Objects.requireNonNullElse(DeployBranch.value(repository, branch), ObjectId.zeroId());
            if (!now.equals(before) || !DeployBranch.of(repository).equals(branch)) {
                throw new Refusal("stale: somebody pushed meanwhile; " + remedy);
            }
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, quarantine.home()), e);
        }
    }

    @Override
    public void keep() {
        quarantine.keep();
    }

    @Override
    public void move() {
        try {
            quarantine.moveIn();
            force();
        } catch (IOException e) {
            throw new Refusal("the branch could not be moved: " + DiskTrouble.line(e, quarantine.home()), e);
        }
        try {
            quarantine.syncRefs(List.of(branch));
        } catch (IOException e) {
            // not tried again on the same file: the kernel would say that all is well
            throw new Refusal(DiskTrouble.line(e, quarantine.home()), e);
        }
    }

    /** Tries twice, so that a disk that was full for a moment does not leave a release without its branch. */
    private void force() throws IOException {
        try {
            DeployBranch.force(repository, branch, commit);
        } catch (IOException e) {
            LOG.warn("{} could not be moved; once more", branch, e);
            DeployBranch.force(repository, branch, commit);
        }
    }
}
