package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One deploy of an archive: its files become a commit on top of the deploy branch, which goes the way of a push, in the
 * order of a {@link Push}.
 */
final class ArchiveDeploy {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveDeploy.class);

    private final Quarantine quarantine;
    private final Repository repository;
    private final AppName app;
    private final Account by;
    private final AgentSettings settings;
    private final Durability durability;

    ArchiveDeploy(Quarantine quarantine, AppName app, Account by, AgentSettings settings, Durability durability) {
        this.quarantine = quarantine;
        this.repository = quarantine.repository();
        this.app = app;
        this.by = by;
        this.settings = settings;
        this.durability = durability;
    }

    /** Receives the archive; throws a {@link Refusal} if it is not taken. The branch stays. */
    Submission receive(String address, InputStream archive, Transcript transcript, Cancellation cancellation) {
        try {
            String branch = DeployBranch.of(repository);
            ObjectId before = Objects.requireNonNullElse(DeployBranch.value(repository, branch), ObjectId.zeroId());
            ExpectedTip tip = new ExpectedTip(repository, app, branch, before, "deploy again");
            String commit = commit(archive, before).name();
            transcript.step("Received " + commit.substring(0, 7));
            return new Submission(
                    app,
                    by,
                    address,
                    commit,
                    before.equals(ObjectId.zeroId()) ? null : before.name(),
                    quarantine.source(commit),
                    transcript,
                    cancellation,
                    tip::check,
                    (earlier, paths) -> quarantine.differ(earlier, commit, paths),
                    quarantine::keep);
        } catch (IOException e) {
            LOG.info("an archive for {} is not taken: {}", app, String.valueOf(e));
            throw new Refusal(
                    ExpectedTip.isDestroyed(repository)
                            ? ExpectedTip.destroyed(app)
                            : "the archive could not be taken: " + DiskTrouble.line(e, folder()),
                    e);
        }
    }

    /** Carries it out; throws a {@link Refusal} if nothing went live. */
    void deploy(Submission submission, Submissions submissions) {
        String branch = pointHead();
        Submissions.Accepted accepted = submissions.submit(submission);
        quarantine.settled();
        try {
            move(branch, submission, accepted.isReleased());
            Delivery.follow(app, accepted, submission.transcript());
        } finally {
            Delivery.concluded(app, accepted);
        }
    }

    /** Before the commit point: a roll-forward after a crash must find the branch by HEAD. */
    private String pointHead() {
        try {
            String branch = DeployBranch.of(repository);
            DeployBranch.point(repository, branch);
            durability.refs(folder(), List.of(Constants.HEAD));
            return branch;
        } catch (IOException e) {
            throw new Refusal(DiskTrouble.line(e, folder()), e);
        }
    }

    private ObjectId commit(InputStream archive, ObjectId before) throws IOException {
        quarantine.begin();
        try (ObjectInserter inserter =
                ((FileRepository) repository).getObjectDatabase().newPackInserter()) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(new Archive(settings).insert(archive, inserter));
            if (!before.equals(ObjectId.zeroId())) {
                commit.setParentId(before);
            }
            PersonIdent who = new PersonIdent(by.name(), by.name() + "@tinyserv");
            commit.setAuthor(who);
            commit.setCommitter(who);
            commit.setMessage("Deploy an archive\n");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    /** Of a release the commit point has passed: what fails here is done by the agent's next start. */
    private void move(String branch, Submission submission, boolean released) {
        try {
            quarantine.moveIn();
            DeployBranch.force(repository, branch, ObjectId.fromString(submission.commit()));
            durability.refs(folder(), List.of(branch));
        } catch (IOException e) {
            if (!released) {
                throw new Refusal("the branch could not be moved: " + DiskTrouble.line(e, folder()), e);
            }
            LOG.error("{} is live at {} but its branch is behind", app, submission.commit(), e);
            submission
                    .transcript()
                    .problem("the release is live, but its branch could not be moved; the agent's next start does it");
        }
    }

    private Path folder() {
        return repository.getDirectory().toPath();
    }
}
