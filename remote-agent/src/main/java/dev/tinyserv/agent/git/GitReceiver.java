package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.UploadPack;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks git with clients, over streams that a door has opened and authenticated, and turns a push to an app's deploy
 * branch into a {@link Submission}. The apps' bare repositories are its own. Safe for use by several threads.
 */
public final class GitReceiver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GitReceiver.class);
    private static final Pattern PROTOCOL = Pattern.compile("version=[0-9]{1,2}");
    private static final Duration UNREAD_REPORT = Duration.ofSeconds(15);
    private static final long MAX_DRAINED = 64L << 20;

    private final AgentSettings settings;
    private final Submissions submissions;
    private final Repositories repositories;
    private final Garbage garbage;
    private final Durability durability = new Durability();
    private final OwnThread sessions = new OwnThread();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "git-timer");
        thread.setDaemon(true);
        return thread;
    });

    /** Sets JGit up for this process, and reads nothing yet. */
    public GitReceiver(AgentSettings settings, Submissions submissions) {
        JGitSetUp.once();
        this.settings = settings;
        this.submissions = submissions;
        Gates gates = new Gates();
        this.repositories = new Repositories(settings.layout(), new BareRepository(settings), gates);
        this.garbage = new Garbage(repositories, gates, submissions::released);
    }

    /**
     * Makes the app's empty bare repository, durably and all at once.
     *
     * @throws Refusal if there is one
     */
    public void create(AppName app) {
        repositories.create(app);
    }

    /** Deletes the app's repository if there is one; nobody may push to it or fetch from it meanwhile. */
    public void destroy(AppName app) {
        repositories.destroy(app);
        durability.forget(repositories.folder(app));
        garbage.forget(app);
    }

    /** Whether the app has a repository. */
    public boolean exists(AppName app) {
        return repositories.exists(app);
    }

    /**
     * Serves {@code git-receive-pack}: one push. Blocks until it is over; an interrupt cancels the push and is kept.
     *
     * @param by who pushes; must be allowed to use the app
     * @param address the address of this machine that the client used, for URLs
     * @param in what the client sends
     * @param out what the client reads
     * @param err text for a person, if the client is too old for messages within the protocol
     * @param cancellation is cancelled by the caller when the connection is lost
     * @param gitProtocol the client's {@code GIT_PROTOCOL}; empty for none
     * @return the exit status for the client's git: 0 if the protocol came to its end, also with rejected refs
     * @throws Refusal before anything was sent, if there is no such app for the account
     */
    public int receivePack(
            AppName app,
            Account by,
            String address,
            InputStream in,
            OutputStream out,
            OutputStream err,
            Cancellation cancellation,
            String gitProtocol) {
        by.requireUseOf(app);
        repositories.requireExists(app);
        return sessions.run(() -> push(app, by, address, in, out, err, cancellation), cancellation, in);
    }

    /** Serves {@code git-upload-pack}: clone, fetch, ls-remote; parameters and result as with a push. */
    public int uploadPack(
            AppName app,
            Account by,
            InputStream in,
            OutputStream out,
            OutputStream err,
            Cancellation cancellation,
            String gitProtocol) {
        by.requireUseOf(app);
        repositories.requireExists(app);
        return sessions.run(() -> fetch(app, in, out, err, gitProtocol), cancellation, in);
    }

    /**
     * Deploys the files of a tar archive, which become a commit on top of the deploy branch. Blocks until it is done.
     *
     * @param by who deploys; must be allowed to use the app
     * @param address the address of this machine that the client used, for URLs
     * @param archive the archive, to its end; see {@link Archive}
     * @param transcript what the client reads
     * @param cancellation is cancelled by the caller when the connection is lost
     * @throws Refusal if it does not go live; then nothing has changed
     */
    public void deployArchive(
            AppName app,
            Account by,
            String address,
            InputStream archive,
            Transcript transcript,
            Cancellation cancellation) {
        by.requireUseOf(app);
        repositories.requireExists(app);
        try (Quarantine quarantine = quarantine(app)) {
            ArchiveDeploy deploy = new ArchiveDeploy(quarantine, app, by, settings, durability);
            deploy.deploy(deploy.receive(address, archive, transcript, cancellation), submissions);
        } catch (IOException e) {
            throw new UncheckedIOException("the repository of " + app + " cannot be read", e);
        } finally {
            garbage.afterPush(app);
        }
    }

    /**
     * Receives an archive as {@link #deployArchive} does, hands it over and deploys nothing; what was received is deleted
     * again.
     */
    public void inspectArchive(
            AppName app,
            Account by,
            String address,
            InputStream archive,
            Transcript transcript,
            Cancellation cancellation,
            Consumer<Submission> inspection) {
        by.requireUseOf(app);
        repositories.requireExists(app);
        try (Quarantine quarantine = quarantine(app)) {
            inspection.accept(new ArchiveDeploy(quarantine, app, by, settings, durability)
                    .receive(address, archive, transcript, cancellation));
        } catch (IOException e) {
            throw new UncheckedIOException("the repository of " + app + " cannot be read", e);
        } finally {
            garbage.collectIfDue(app);
        }
    }

    private Quarantine quarantine(AppName app) throws IOException {
        return Quarantine.enter(repositories, app, TreeLimits.of(settings), durability, garbage::left);
    }

    private int push(
            AppName app,
            Account by,
            String address,
            InputStream in,
            OutputStream out,
            OutputStream err,
            Cancellation cancellation)
            throws IOException {
        Delivery delivery = new Delivery(app, submissions, timer, UNREAD_REPORT);
        try (Quarantine quarantine = quarantine(app)) {
            PackInput input = new PackInput(in);
            PacketOutput packets = new PacketOutput(out);
            Push push = new Push(
                    quarantine, app, by, address, cancellation, settings, durability, delivery, input, packets, err);
            try {
                push.serve(err);
                return 0;
            } finally {
                push.endOutput();
            }
        } catch (UnpackException e) {
            LOG.debug("a push to {} was refused", app, e);
        } catch (IOException e) {
            LOG.info("a push to {} broke off: {}", app, String.valueOf(e));
            return 1;
        } finally {
            delivery.reported();
            garbage.afterPush(app);
        }
        drain(in);
        return 1;
    }

    /** A pack that is not wanted still arrives; closing before it is read can lose the report on its way. */
    private static void drain(InputStream in) {
        byte[] buffer = new byte[32 * 1024];
        long drained = 0;
        try {
            for (int n = in.read(buffer); n >= 0 && drained < MAX_DRAINED; n = in.read(buffer)) {
                drained += n;
            }
        } catch (IOException e) {
            LOG.debug("the client has gone", e);
        }
    }

    private int fetch(AppName app, InputStream in, OutputStream out, OutputStream err, String gitProtocol) {
        try (Visit visit = repositories.enter(app);
                UploadPack upload = new UploadPack(visit.repository())) {
            if (PROTOCOL.matcher(gitProtocol).matches()) {
                upload.setExtraParameters(Set.of(gitProtocol));
            }
            upload.upload(new BufferedInputStream(in, 8 * 1024), new PacketOutput(out), err);
            return 0;
        } catch (IOException e) {
            LOG.info("a fetch from {} broke off: {}", app, String.valueOf(e));
            return 1;
        } finally {
            garbage.collectIfDue(app);
        }
    }

    /** The files of a commit; whether it exists is told when they are read. */
    public AppSource source(AppName app, String commit) {
        return new TreeSource(() -> repositories.enter(app), TreeLimits.of(settings), app, id(commit));
    }

    /** The full id of the deploy branch's commit; empty while it has none. */
    public Optional<String> tip(AppName app) {
        return with(app, repository -> {
            @Nullable ObjectId value = DeployBranch.value(repository, DeployBranch.of(repository));
            return value == null ? Optional.empty() : Optional.of(value.name());
        });
    }

    /** The short name of the branch that deploys. */
    public String deployBranch(AppName app) {
        return with(app, repository -> Repository.shortenRefName(DeployBranch.of(repository)));
    }

    /** Whether two commits differ at one of the paths or below it; true if one of them is not there any more. */
    public boolean differ(AppName app, String one, String other, List<String> paths) {
        return with(app, repository -> TreeDifference.exists(repository, id(one), id(other), paths));
    }

    /**
     * Moves the deploy branch to the commit, durably, if there is such a commit and the branch is still where it was
     * before the push of it. Later pushes may have moved it on without a release.
     *
     * @param before where it was; null if it had no commit
     */
    public void rollForward(AppName app, String commit, @Nullable String before) {
        Optional<String> tip = BranchTip.of(repositories.folder(app));
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
                durability.refs(repositories.folder(app), List.of(branch));
                LOG.info("{}: {} follows the release to {}", app, branch, commit);
            } catch (MissingObjectException | IncorrectObjectTypeException e) {
                LOG.warn("{}: the release's commit {} is not in the repository; {} stays", app, commit, branch);
            }
            return true;
        });
    }

    /**
     * Deletes the repositories that a killed agent left half made. Only before anything is served. What it left in whole
     * ones is deleted before they are used for the first time, or by {@link #sweepUnused}.
     */
    public void sweepUnfinished() {
        try {
            repositories.sweepUnfinished();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot sweep the repositories", e);
        }
    }

    /** Deletes in the background what a killed agent left in the repositories that nobody has used since. */
    public void sweepUnused() {
        garbage.sweepUnused();
    }

    /**
     * Frees what can be freed in the app's repository.
     *
     * @return how many bytes that freed; empty if somebody is in the repository
     * @throws Refusal if the repository is damaged or its disk fails
     */
    public OptionalLong clean(AppName app) {
        try {
            return garbage.clean(app);
        } catch (IOException | JGitInternalException e) {
            throw notCleaned(app, e);
        }
    }

    /** About how many bytes {@link #clean} would free; otherwise as that. */
    public OptionalLong garbageBytes(AppName app) {
        try {
            return garbage.garbageBytes(app);
        } catch (IOException | JGitInternalException e) {
            throw notCleaned(app, e);
        }
    }

    private Refusal notCleaned(AppName app, Exception e) {
        LOG.error("the repository of {} cannot be cleaned", app, e);
        String reason = e instanceof IOException failure ? JsonStore.reason(failure) : String.valueOf(e.getMessage());
        return new Refusal(
                "cannot clean " + repositories.folder(app) + ": " + Printable.shortened(reason, 200)
                        + "; see to the server's disk, or restore the repository from a backup",
                e);
    }

    @FunctionalInterface
    private interface Use<T> {
        T use(Repository repository) throws IOException;
    }

    private <T> T with(AppName app, Use<T> use) {
        try (Visit visit = repositories.enter(app)) {
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

    /** Takes no new sessions; those under way go on. */
    @Override
    public void close() {
        garbage.close();
        sessions.close();
        timer.shutdown();
    }
}
