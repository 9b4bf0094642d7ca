package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.internal.submodule.SubmoduleValidator.SubmoduleValidationException;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push. The order is the promise: the pack is received into quarantine, checked and on disk; then the commit goes
 * through the pipeline, which takes the pack out of quarantine just before the commit point; then the refs move and are on
 * disk; then the routes; then the client gets its report. git would report before its {@code post-receive}, so all that may fail happens before.
 */
final class Push extends ReceivePack {
    private static final Logger LOG = LoggerFactory.getLogger(Push.class);
    private static final long MAX_COMMAND_BYTES = 2L << 20;
    private static final int MOST_OPTIONS_TOLD = 20;
    private static final int LONGEST_OPTIONS_TOLD = 160;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);
    private static final Duration LAST_LINES = Duration.ofSeconds(10);

    private final AppName app;
    private final Account by;
    private final String address;
    private final Cancellation cancellation;
    private final Quarantine quarantine;
    private final AgentSettings settings;
    private final Durability durability;
    private final Delivery delivery;
    private final PackInput in;
    private final PacketOutput packets;
    private final OutputStream plain;
    private @Nullable PushOutput output;
    private @Nullable ReceiveCommand deploying;
    private boolean sideBand;
    private @Nullable List<ReceiveCommand> executed;

    Push(
            Quarantine quarantine,
            AppName app,
            Account by,
            String address,
            Cancellation cancellation,
            AgentSettings settings,
            Durability durability,
            Delivery delivery,
            PackInput in,
            PacketOutput packets,
            OutputStream plain) {
        super(quarantine.repository());
        this.app = app;
        this.by = by;
        this.address = address;
        this.cancellation = cancellation;
        this.quarantine = quarantine;
        this.settings = settings;
        this.durability = durability;
        this.delivery = delivery;
        this.in = in;
        this.packets = packets;
        this.plain = plain;
        setCheckReceivedObjects(true);
        setObjectChecker(new HistoryChecks());
        setMaxPackSizeLimit(settings.maxPackBytes());
        setMaxObjectSizeLimit(settings.maxObjectBytes());
        setMaxCommandBytes(MAX_COMMAND_BYTES);
        setMaxCommandDiscardBytes(MAX_COMMAND_BYTES);
        setAllowPushOptions(true);
        setPreReceiveHook((pack, commands) -> decide(commands));
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
            if (isDestroyed()) {
                throw new IOException(destroyed(), e);
            }
            throw UnpackFailure.of(e, settings, !getClientShallowCommits().isEmpty(), folder().resolve("objects"));
        } finally {
            in.packEnds();
        }
    }

    /** Runs where git runs {@code pre-receive}; every command it leaves alone is carried out. */
    private void decide(Collection<ReceiveCommand> commands) {
        PushOutput lines =
                new PushOutput("push-output-" + app, packets, isSideBand(), plain, KEEP_ALIVE, this::clientIsGone);
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
            if (isDestroyed()) {
                rejectPending(commands, destroyed());
                return;
            }
            LOG.error("a push to {} failed", app, e);
            rejectPending(commands, DiskTrouble.line(e, folder()));
        }
    }

    private void deploy(ReceiveCommand command, PushOutput lines) throws IOException {
        String branch = command.getRefName();
        String commit = command.getNewId().name();
        deploying = command;
        // before the commit point: a roll-forward after a crash must find the branch by HEAD
        DeployBranch.point(getRepository(), branch);
        durability.refs(folder(), List.of(Constants.HEAD));
        Submission submission = new Submission(
                app,
                by,
                address,
                commit,
                command.getType() == ReceiveCommand.Type.CREATE
                        ? null
                        : command.getOldId().name(),
                quarantine.source(commit),
                lines,
                cancellation,
                new ExpectedTip(getRepository(), app, branch, command.getOldId(), "git fetch first, then push again")
                        ::check,
                (earlier, paths) -> quarantine.differ(earlier, commit, paths),
                quarantine::keep);
        delivery.submit(submission).ifPresent(reason -> refuse(command, reason, lines));
    }

    private void refuse(ReceiveCommand command, String reason, PushOutput lines) {
        boolean destroyed = isDestroyed();
        if (destroyed) {
            lines.problem(destroyed()); // the report, which git would show, cannot be made without a repository
        }
        command.setResult(Result.REJECTED_OTHER_REASON, destroyed ? destroyed() : reason);
    }

    private boolean isDestroyed() {
        return ExpectedTip.isDestroyed(getRepository());
    }

    private String destroyed() {
        return ExpectedTip.destroyed(app);
    }

    /** Push options are for the programs behind other servers: they are taken, so that no push fails for them. */
    private static void tellIgnored(@Nullable List<String> options, PushOutput lines) {
        if (options != null && !options.isEmpty()) {
            lines.line("Push options are ignored: "
                    + Printable.shortened(
                            String.join(", ", options.subList(0, Math.min(options.size(), MOST_OPTIONS_TOLD))),
                            LONGEST_OPTIONS_TOLD));
        }
    }

    /** What becomes of the refs that are not deployed is known when the deploy is decided. */
    private void tellOthers(List<ReceiveCommand> others, String branch, PushOutput lines) {
        boolean aborted = isAtomic() && anyIsRejected();
        for (ReceiveCommand command : others) {
            String ref = command.getRefName();
            if (ref.equals(branch)) {
                continue;
            }
            if (aborted) {
                lines.line(kind(ref) + Repository.shortenRefName(ref) + " not taken: "
                        + Repository.shortenRefName(branch) + " was refused, and the push is atomic");
            } else if (command.getType() != ReceiveCommand.Type.DELETE) {
                tellKept(ref, branch, lines);
            }
        }
    }

    private static String kind(String ref) {
        return ref.startsWith(Constants.R_TAGS) ? "Tag " : "Branch ";
    }

    private static void tellKept(String ref, String branch, PushOutput lines) {
        lines.line(kind(ref) + Repository.shortenRefName(ref) + " kept; only " + Repository.shortenRefName(branch)
                + " is deployed");
    }

    /** JGit's own would also write progress, and so wait for a client that does not read. */
    @Override
    protected void executeCommands() {
        List<ReceiveCommand> pending = filterCommands(Result.NOT_ATTEMPTED);
        if (!pending.isEmpty()) {
            updateRefs(pending);
            syncRefs(pending);
            finishDelivery();
        }
        if (delivery.isReleased() || !anyIsRejected()) {
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
            rejectPending(
                    pending,
                    isDestroyed() ? destroyed() : "the branch could not be moved: " + DiskTrouble.line(e, folder()));
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
            durability.refs(
                    folder(), moved.stream().map(ReceiveCommand::getRefName).toList());
        } catch (IOException e) {
            LOG.error("refs of {} may not be on disk", app, e);
            moved.forEach(command -> unsynced(command, DiskTrouble.line(e, folder())));
        }
    }

    /** An fsync is not tried again on the same file: the kernel would say that all is well. */
    private void unsynced(ReceiveCommand command, String why) {
        if (output != null && command.equals(deploying) && delivery.isReleased()) {
            output.problem(why);
            output.problem(
                    "the release is live and stays so; if the power takes its branch back, the agent's next start"
                            + " moves it again");
        } else {
            command.setResult(Result.REJECTED_OTHER_REASON, why);
        }
    }

    /**
     * Of a release the commit point has passed: the ref follows by force, and the pusher is told that the deploy has
     * happened. Without a release the ref is all there is, and the report tells why it did not move.
     */
    private void finishDelivery() {
        if (deploying == null || output == null) {
            return;
        }
        boolean moved = deploying.getResult() == Result.OK;
        if (!moved && delivery.isReleased()) {
            try {
                DeployBranch.force(getRepository(), deploying.getRefName(), deploying.getNewId());
                durability.refs(folder(), List.of(deploying.getRefName()));
            } catch (IOException e) {
                LOG.error(
                        "{} is live at {} but its branch is behind",
                        app,
                        deploying.getNewId().name(),
                        e);
                output.problem(
                        "the release is live, but its branch could not be moved; the agent's next start does it");
            }
            deploying.setResult(Result.OK);
            moved = true;
        }
        if (moved) {
            delivery.refMoved(output);
        }
    }

    /**
     * Receives the push and reports. A pack's lock that cannot be deleted keeps JGit from reporting: then it is done here,
     * for what has happened has happened.
     */
    void serve(OutputStream err) throws IOException {
        try {
            receive(in, packets, err);
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

    private void clientIsGone() {
        cancellation.cancel("the connection was closed");
    }

    private static void rejectPending(Collection<ReceiveCommand> commands, String reason) {
        ReceiveCommand.filter(commands, Result.NOT_ATTEMPTED)
                .forEach(command -> command.setResult(Result.REJECTED_OTHER_REASON, reason));
    }

    private Path folder() {
        return getRepository().getDirectory().toPath();
    }
}
