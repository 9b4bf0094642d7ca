package dev.tinyserv.agent.git;

import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submission;
import dev.tinyserv.agent.submit.Submissions;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a commit of one archive on top of the deploy branch, and submits it as a push would. */
final class ReceivedArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ReceivedArchive.class);

    private final Quarantine quarantine;
    private final Repository repository;
    private final Origin origin;
    private final GitSettings settings;

    ReceivedArchive(Quarantine quarantine, Origin origin, GitSettings settings) {
        this.quarantine = quarantine;
        this.repository = quarantine.repository();
        this.origin = origin;
        this.settings = settings;
    }

    /** Receives the archive and has it deployed; throws a {@link Refusal} if nothing went live. */
    void deploy(InputStream archive, Submissions submissions) {
        try {
            BranchMove move = move(archive);
            move.pointHead();
            submissions.submit(quarantine.submission(origin, move.commit(), move));
            quarantine.settled();
        } catch (IOException e) {
            throw notTaken(e);
        }
    }

    /** Receives the archive only; throws a {@link Refusal} if it is not taken. */
    Submission receive(InputStream archive) {
        try {
            BranchMove move = move(archive);
            return quarantine.submission(origin, move.commit(), move);
        } catch (IOException e) {
            throw notTaken(e);
        }
    }

    /** The move of the branch from where it is before the archive is read. */
    private BranchMove move(InputStream archive) throws IOException {
        String branch = DeployBranch.of(repository);
        ObjectId before = Objects.requireNonNullElse(DeployBranch.value(repository, branch), ObjectId.zeroId());
        ObjectId commit = commit(archive, before);
        origin.transcript().step("Received " + commit.name().substring(0, 7));
        return new BranchMove(quarantine, branch, before, commit, "deploy again");
    }

    private Refusal notTaken(IOException e) {
        LOG.info("an archive for {} is not taken: {}", quarantine.home().getFileName(), String.valueOf(e));
        String why = "the archive could not be taken: " + DiskTrouble.line(e, quarantine.home());
        return new Refusal(quarantine.destroyedOr(why), e);
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
}
