package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Printable;
import dev.tinyserv.agent.git.Submissions.Accepted;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A submission on its way: submitted, and when it was accepted, told once that the ref has moved and once that the
 * pusher knows. A pusher that does not read its report counts as told after a while.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int REASON_LENGTH = 160;

    private final AppName app;
    private final Submissions submissions;
    private final ScheduledExecutorService timer;
    private final Duration patience;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Accepted accepted;

    Delivery(AppName app, Submissions submissions, ScheduledExecutorService timer, Duration patience) {
        this.app = app;
        this.submissions = submissions;
        this.timer = timer;
        this.patience = patience;
    }

    /** Blocks until it is decided. Returns why it was refused, in one line; the pusher has read all of it by then. */
    Optional<String> submit(Submission submission) {
        Transcript transcript = submission.transcript();
        try {
            submission.freshness().check();
            accepted = submissions.submit(submission);
            return Optional.empty();
        } catch (Refusal refusal) {
            refusal.getMessage().lines().forEach(transcript::problem);
            return Optional.of(
                    Printable.shortened(refusal.getMessage().lines().findFirst().orElse("refused"), REASON_LENGTH));
        } catch (RuntimeException e) {
            LOG.error("deploying {} at {} failed", submission.app(), submission.commit(), e);
            transcript.problem("internal error, see the agent's log");
            return Optional.of("internal error, see the agent's log");
        }
    }

    /** Whether there is a release of it: it has happened, whatever becomes of the ref. */
    boolean isReleased() {
        @Nullable Accepted release = accepted;
        return release != null && release.isReleased();
    }

    /** As {@link #follow}, and counts the pusher as told after a while. */
    void refMoved(Transcript transcript) {
        @Nullable Accepted release = accepted;
        if (release == null) {
            return;
        }
        follow(app, release, transcript);
        try {
            ScheduledFuture<?> unused = timer.schedule(this::reported, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("shutting down: the end of this push tells", e);
        }
    }

    /**
     * Does what follows once the ref has moved. Does not fail: the release is live by contract, and what did not follow is
     * repaired at the next start.
     */
    static void follow(AppName app, Accepted release, Transcript transcript) {
        try {
            release.refMoved();
        } catch (Refusal refusal) {
            refusal.getMessage().lines().forEach(transcript::problem);
        } catch (RuntimeException e) {
            LOG.error("{}: the release counts, but what follows its commit point failed", app, e);
            transcript.problem("the release counts, but what follows failed; see the agent's log");
        }
    }

    /** Whatever became of the pusher. */
    void reported() {
        @Nullable Accepted release = accepted;
        if (release == null || !told.compareAndSet(false, true)) {
            return;
        }
        concluded(app, release);
    }

    /** Whoever deployed knows, or has gone. Does not fail either. */
    static void concluded(AppName app, Accepted release) {
        try {
            release.reported();
        } catch (RuntimeException e) {
            LOG.error("{}: what follows the report of a deploy failed", app, e);
        }
    }
}
