package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.submit.Tip;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The move of the deploy branch to a commit that lies in quarantine. */
final class BranchMove implements Tip {
    private static final Logger LOG = LoggerFactory.getLogger(BranchMove.class);

    private final Quarantine quarantine;
    private final ExpectedTip expected;
    private final ObjectId commit;
    private final Durability durability;

    BranchMove(Quarantine quarantine, ExpectedTip expected, ObjectId commit, Durability durability) {
        this.quarantine = quarantine;
        this.expected = expected;
        this.commit = commit;
        this.durability = durability;
    }

    /** Has HEAD name the branch, before the commit point: a roll-forward after a crash must find the branch by it. */
    void pointHead() throws IOException {
        DeployBranch.point(quarantine.repository(), expected.branch());
        durability.refs(folder(), List.of(Constants.HEAD));
    }

    ObjectId commit() {
        return commit;
    }

    @Override
    public @Nullable String before() {
        return expected.commit().equals(ObjectId.zeroId())
                ? null
                : expected.commit().name();
    }

    @Override
    public void check() {
        expected.check();
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
            throw new Refusal("the branch could not be moved: " + DiskTrouble.line(e, folder()), e);
        }
        try {
            durability.refs(folder(), List.of(expected.branch()));
        } catch (IOException e) {
            // not tried again on the same file: the kernel would say that all is well
            throw new Refusal(DiskTrouble.line(e, folder()), e);
        }
    }

    /** A second time after a failure: a disk that was full for a moment must not leave a release without its branch. */
    private void force() throws IOException {
        try {
            DeployBranch.force(quarantine.repository(), expected.branch(), commit);
        } catch (IOException e) {
            LOG.warn("{} could not be moved; once more", expected.branch(), e);
            DeployBranch.force(quarantine.repository(), expected.branch(), commit);
        }
    }

    private Path folder() {
        return quarantine.repository().getDirectory().toPath();
    }
}
