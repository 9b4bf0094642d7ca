package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.PushEvent;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.agent.submit.Submissions;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push, in this order: the pack is received into quarantine, checked and synced; the commit goes through the
 * pipeline, which takes the pack out of quarantine just before the commit point, then moves the branch and the routes;
 * the other refs move; the client gets its report. All that may fail happens before the report.
 */
final class Push extends ReceivePack {
    private static final Logger LOG = LoggerFactory.getLogger(Push.class);
    private static final long MAX_COMMAND_BYTES = 2L << 20;
    private static final int MOST_OPTIONS_TOLD = 20;
    private static final int LONGEST_OPTIONS_TOLD = 160;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final Duration LAST_LINES = Duration.ofSeconds(10);
    private static final int REASON_LENGTH = 160;
    private static final String INTERNAL_ERROR = "internal error, see the agent's log";

    private final AppName app;
    private final GitSession session;
    private final Quarantine quarantine;
    private final GitSettings settings;
    private final Submissions submissions;
    private final PackInput in;
    private final PacketOutput packets;
    private @Nullable PushOutput output;
    private boolean deployed;
    private boolean sideBand;
    private @Nullable List<ReceiveCommand> executed;

    Push(Quarantine quarantine, GitSession session, GitSettings settings, Submissions submissions, Events events) {
        super(quarantine.repository());
        this.app = session.app();
        this.session = session;
        this.quarantine = quarantine;
        this.settings = settings;
        this.submissions = submissions;
        this.in = new PackInput(session.in());
        this.packets = new PacketOutput(session.out());
        setCheckReceivedObjects(true);
        setObjectChecker(new HistoryChecks());
        setMaxPackSizeLimit(settings.maxPackBytes());
        setMaxObjectSizeLimit(settings.maxObjectBytes());
        setMaxCommandBytes(MAX_COMMAND_BYTES);
        setMaxCommandDiscardBytes(MAX_COMMAND_BYTES);
        setAllowPushOptions(true);
        setPreReceiveHook((pack, commands) -> decide(commands));
        setPostReceiveHook((pack, moved) -> tellMoved(moved, events));
    }

    @Override
    public void sendAdvertisedRefs(RefAdvertiser replaced) throws IOException {
        super.sendAdvertisedRefs(new PushAdvertisement(packets));
    }

    @Override
    protected void receivePackAndCheckConnectivity() throws IOException {
        int count = getAllCommands().size();
        if (count > RefRules.MAX_COMMANDS) {
            throw new IOException(RefRules.tooManyCommands(count));
        }
        try {
            in.packBegins();
            quarantine.begin();
            super.receivePackAndCheckConnectivity();
        } catch (IOException | RuntimeException | SubmoduleValidationException | OutOfMemoryError e) {
            LOG.info("a push to {} is not taken: {}", app, String.valueOf(e));
            if (quarantine.isDestroyed()) {
                throw new IOException(quarantine.destroyed(), e);
            }
            throw UnpackFailure.of(
                    e,
                    settings,
                    !getClientShallowCommits().isEmpty(),
                    quarantine.home().resolve("objects"));
        } finally {
            in.packEnds();
        }
    }

    /** Runs where git runs {@code pre-receive}. Commands without a result afterwards are carried out. */
    private void decide(Collection<ReceiveCommand> commands) {
        Runnable whenGone = () -> session.cancellation().cancel("the connection was closed");
        PushOutput lines =
                new PushOutput("push-output-" + app, packets, isSideBand(), session.err(), KEEP_ALIVE, whenGone);
        output = lines;
        tellIgnored(getPushOptions(), lines);
        try {
            String branch = DeployBranch.chosen(getRepository(), commands);
            new RefRules(settings.maxRefs()).apply(getRepository(), commands, branch);
            if (isAtomic() && anyIsRejected()) {
                return;
            }
            for (ReceiveCommand command : ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED)) {
                if (command.getRefName().equals(branch)) {
                    deploy(command, lines);
                }
            }
            tellOthers(ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED), branch, lines);
        } catch (IOException e) {
            if (quarantine.isDestroyed()) {
                rejectPending(commands, quarantine.destroyed());
                return;
            }
            LOG.error("a push to {} failed", app, e);
            rejectPending(commands, DiskTrouble.line(e, quarantine.home()));
        }
    }

    /** Deploys the branch, which moves at its release: before all other refs. */
    private void deploy(ReceiveCommand command, PushOutput lines) throws IOException {
        ObjectId commit = command.getNewId();
        BranchMove tip = new BranchMove(
                quarantine, command.getRefName(), command.getOldId(), commit, "git fetch first, then push again");
        String former = DeployBranch.of(getRepository());
        tip.pointHead();
        try {
            Origin origin = new Origin(session.by(), session.address(), lines, session.cancellation());
            submissions.submit(quarantine.submission(origin, tip.commit(), tip));
            command.setResult(Result.OK);
            deployed = true;
        } catch (Refusal refusal) {
            refusal.getMessage().lines().forEach(lines::problem);
            String first = refusal.getMessage().lines().findFirst().orElse("refused");
            refuse(command, Printable.shortened(first, REASON_LENGTH), lines);
            if (!quarantine.isDestroyed()) {
                tip.pointHeadBack(former);
            }
        } catch (RuntimeException e) {
            LOG.error("deploying {} at {} failed", app, commit.name(), e);
            lines.problem(INTERNAL_ERROR);
            refuse(command, INTERNAL_ERROR, lines);
        }
    }

    /**
     * Runs where git runs {@code post-receive}, after the report. Nothing is collected here: git waits until this
     * returns, and the push is still in the gate of the repository.
     */
    private void tellMoved(Collection<ReceiveCommand> moved, Events events) {
        if (!moved.isEmpty()) {
            List<String> refs = moved.stream().map(ReceiveCommand::getRefName).toList();
            events.publish(new PushEvent(app, session.by().name(), refs));
        }
    }

    private void refuse(ReceiveCommand command, String reason, PushOutput lines) {
        if (quarantine.isDestroyed()) { // the report, which git would show, cannot be made without a repository
            lines.problem(quarantine.destroyed());
        }
        command.setResult(Result.REJECTED_OTHER_REASON, quarantine.destroyedOr(reason));
    }

    /** Push options are taken and ignored, so that no push fails for them. */
    private static void tellIgnored(@Nullable List<String> options, PushOutput lines) {
        if (options != null && !options.isEmpty()) {
            lines.line("Push options are ignored: "
                    + Printable.shortened(
                            String.join(", ", options.subList(0, Math.min(options.size(), MOST_OPTIONS_TOLD))),
                            LONGEST_OPTIONS_TOLD));
        }
    }

    /** Tells what becomes of the refs that are not deployed. */
    private void tellOthers(List<ReceiveCommand> others, String branch, PushOutput lines) {
        boolean aborted = isAtomic() && anyIsRejected();
        String deployed = Repository.shortenRefName(branch);
        String fate = aborted
                ? " not taken: " + deployed + " was refused, and the push is atomic"
                : " kept; only " + deployed + " is deployed";
        for (ReceiveCommand command : others) {
            String ref = command.getRefName();
            if (!ref.equals(branch) && (aborted || command.getType() != ReceiveCommand.Type.DELETE)) {
                String kind = ref.startsWith(Constants.R_TAGS) ? "Tag " : "Branch ";
                lines.line(kind + Repository.shortenRefName(ref) + fate);
            }
        }
    }

    /** JGit's own method would also write progress, and so wait for a client that does not read. */
    @Override
    protected void executeCommands() {
        List<ReceiveCommand> pending = filterCommands(Result.NOT_ATTEMPTED);
        if (!pending.isEmpty()) {
            updateRefs(pending);
            syncRefs(pending);
        }
        if (deployed || !anyIsRejected()) {
            quarantine.settled();
        }
        sideBand = isSideBand();
        executed = List.copyOf(getAllCommands());
        if (output != null) {
            output.finish(LAST_LINES);
        }
        packets.reportIsDue();
    }

    private void updateRefs(List<ReceiveCommand> pending) {
        BatchRefUpdate batch = getRepository().getRefDatabase().newBatchUpdate();
        batch.setAllowNonFastForwards(true);
        batch.setAtomic(isAtomic());
        batch.disableRefLog();
        batch.addCommand(pending);
        try {
            quarantine.moveIn();
            batch.execute(getRevWalk(), NullProgressMonitor.INSTANCE);
        } catch (IOException e) {
            LOG.error("refs of {} could not be moved", app, e);
            String why = "the branch could not be moved: " + DiskTrouble.line(e, quarantine.home());
            rejectPending(pending, quarantine.destroyedOr(why));
        }
        for (ReceiveCommand command : pending) {
            if (command.getResult() == Result.LOCK_FAILURE) {
                command.setResult(
                        Result.REJECTED_OTHER_REASON,
                        "somebody moved it meanwhile, or a name is in its way; git fetch, then push again");
            }
        }
    }

    private void syncRefs(List<ReceiveCommand> commands) {
        List<ReceiveCommand> moved = ReceiveCommand.filter(commands, Result.OK);
        try {
            quarantine.syncRefs(moved.stream().map(ReceiveCommand::getRefName).toList());
        } catch (IOException e) {
            LOG.error("refs of {} may not be on disk", app, e);
            String why = DiskTrouble.line(e, quarantine.home());
            // An fsync is not tried again on the same file: the kernel would say that all is well.
            moved.forEach(command -> command.setResult(Result.REJECTED_OTHER_REASON, why));
        }
    }

    /**
     * Receives the push and reports. If a pack's lock cannot be deleted, JGit does not report: then this method does,
     * because the refs have moved.
     */
    void serve() throws IOException {
        try {
            receive(in, packets, session.err());
            if (packets.takeHeldEnd()) { // the client wanted no report
                PushReport.end(packets);
            }
        } catch (IOException e) {
            List<ReceiveCommand> commands = executed;
            if (commands == null || !packets.takeHeldEnd()) {
                throw e;
            }
            LOG.error("a pack of {} could not be unlocked", app, e);
            PushReport.send(commands, sideBand, packets);
        }
    }

    private boolean anyIsRejected() {
        return getAllCommands().stream()
                .anyMatch(command -> command.getResult() != Result.NOT_ATTEMPTED && command.getResult() != Result.OK);
    }

    /** Stops the writing thread, at the latest when the push is over. */
    void endOutput() {
        if (output != null) {
            output.finish(Duration.ZERO);
        }
    }

    private static void rejectPending(Collection<ReceiveCommand> commands, String reason) {
        ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED)
                .forEach(command -> command.setResult(Result.REJECTED_OTHER_REASON, reason));
    }
}
