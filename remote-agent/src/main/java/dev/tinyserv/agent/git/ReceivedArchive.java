package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Submissions;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One archive: its files become a commit on top of the deploy branch, which goes the way of a push. */
final class ReceivedArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ReceivedArchive.class);

    private final Quarantine quarantine;
    private final Repository repository;
    private final AppName app;
    private final Origin origin;
    private final GitSettings settings;
    private final Durability durability;

    ReceivedArchive(Quarantine quarantine, AppName app, Origin origin, GitSettings settings, Durability durability) {
        this.quarantine = quarantine;
        this.repository = quarantine.repository();
        this.app = app;
        this.origin = origin;
        this.settings = settings;
        this.durability = durability;
    }

    /** Receives the archive and has it deployed; throws a {@link Refusal} if nothing went live. */
    void deploy(InputStream archive, Submissions submissions) {
        try {
            BranchMove move = receive(archive, expected());
            move.pointHead();
            submissions.submit(submission(move));
            quarantine.settled();
        } catch (IOException e) {
            throw notTaken(e);
        }
    }

    /** Receives the archive only; throws a {@link Refusal} if it is not taken. */
    Submission receive(InputStream archive) {
        try {
            return submission(receive(archive, expected()));
        } catch (IOException e) {
            throw notTaken(e);
        }
    }

    private ExpectedTip expected() throws IOException {
        String branch = DeployBranch.of(repository);
        ObjectId before = Objects.requireNonNullElse(DeployBranch.value(repository, branch), ObjectId.zeroId());
        return new ExpectedTip(repository, app, branch, before, "deploy again");
    }

    private BranchMove receive(InputStream archive, ExpectedTip expected) throws IOException {
        ObjectId commit = commit(archive, expected.commit());
        origin.transcript().step("Received " + commit.name().substring(0, 7));
        return new BranchMove(quarantine, expected, commit, durability);
    }

    private Submission submission(BranchMove move) {
        String commit = move.commit().name();
        return new Submission(
                app,
                origin,
                commit,
                quarantine.source(commit),
                (earlier, paths) -> quarantine.differ(earlier, commit, paths),
                move);
    }

    private Refusal notTaken(IOException e) {
        LOG.info("an archive for {} is not taken: {}", app, String.valueOf(e));
        return new Refusal(
                ExpectedTip.isDestroyed(repository)
                        ? ExpectedTip.destroyed(app)
                        : "the archive could not be taken: " + DiskTrouble.line(e, folder()),
                e);
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
            PersonIdent who = new PersonIdent(origin.by().name(), origin.by().name() + "@tinyserv");
            commit.setAuthor(who);
            commit.setCommitter(who);
            commit.setMessage("Deploy an archive\n");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    private Path folder() {
        return repository.getDirectory().toPath();
    }
}
