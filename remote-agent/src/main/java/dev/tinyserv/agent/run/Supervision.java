package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What should run of one app, and how far that is. Its methods are the only places that move it on; none of them waits.
 */
final class Supervision {
    private Phase phase = new Nothing();
    private @Nullable Release release;
    private RestartPolicy policy = RestartPolicy.fresh();
    private int restarts;
    private @Nullable Crash lastCrash;

    /** Where it stands. */
    sealed interface Phase {}

    /** Nothing is wanted. */
    record Nothing() implements Phase {}

    /** The instance is current. */
    record Running(Instance instance) implements Phase {}

    /** The instance has ended, and what is left of it is being cleared away before the next start. */
    record Clearing(Instance instance, long due) implements Phase {}

    /** Nothing runs, until the monotonic clock shows this. */
    record Waiting(long due) implements Phase {}

    /**
     * A start is under way.
     *
     * @param release what is started
     * @param restarts how often this release was started again, this time included
     * @param crashes how many crashes in a row led here
     * @param cancellation ends the start
     * @param done opened when the start is over, whatever came of it
     */
    record Starting(Release release, int restarts, int crashes, Cancellation cancellation, CountDownLatch done)
            implements Phase {}

    /**
     * How it ended last.
     *
     * @param type which process
     * @param version of which release
     * @param at when
     * @param status its exit status, if known
     */
    record Crash(ProcessType type, int version, Instant at, OptionalInt status) {}

    /**
     * What a crash led to.
     *
     * @param count the how many-th in a row
     * @param delay how long the next start waits
     */
    record Verdict(int count, Duration delay) {}

    synchronized Phase phase() {
        return phase;
    }

    synchronized Optional<Release> release() {
        return Optional.ofNullable(release);
    }

    synchronized Optional<Crash> lastCrash() {
        return Optional.ofNullable(lastCrash);
    }

    synchronized int restarts() {
        return restarts;
    }

    synchronized Optional<Instance> current() {
        return phase instanceof Running running ? Optional.of(running.instance()) : Optional.empty();
    }

    /** Makes it current with a clean sheet, instead of whatever was; returns the phase that this ends. */
    synchronized Phase promote(@Nullable Release newRelease, Instance instance) {
        Phase former = phase;
        phase = new Running(instance);
        release = newRelease;
        policy = RestartPolicy.fresh();
        restarts = 0;
        lastCrash = null;
        return former;
    }

    /** Takes over an instance that was current before the agent was restarted. */
    synchronized void attach(@Nullable Release itsRelease, Instance instance) {
        phase = new Running(instance);
        release = itsRelease;
        policy = new RestartPolicy(instance.record().crashes());
        restarts = instance.record().restarts();
    }

    /** Wants nothing any more; returns the phase that this ends. */
    synchronized Phase stop() {
        Phase former = phase;
        phase = new Nothing();
        return former;
    }

    /** From now on, starts are of this release; what runs goes on. */
    synchronized void want(Release wanted) {
        release = wanted;
    }

    /** Says that the instance has ended; empty if it is not the current one any more. */
    synchronized Optional<Verdict> crashed(Instance instance, OptionalInt status, Instant at, long now) {
        if (!(phase instanceof Running running) || running.instance() != instance) {
            return Optional.empty();
        }
        InstanceRecord record = instance.record();
        Verdict verdict = crash(
                new Crash(record.type(), record.version(), at, status), Duration.ofNanos(now - instance.readyNanos()));
        phase = new Clearing(instance, now + verdict.delay().toNanos());
        return Optional.of(verdict);
    }

    /** Says that nothing is left of an instance that crashed. */
    synchronized void cleared(Instance instance) {
        if (phase instanceof Clearing clearing && clearing.instance() == instance) {
            phase = new Waiting(clearing.due());
        }
    }

    /** Moves to a start if one is due and nothing else is going on. */
    synchronized Optional<Starting> startIfDue(long now) {
        if (phase instanceof Waiting waiting && now - waiting.due() >= 0 && release != null) {
            return Optional.of(starting(release, restarts + 1, policy.crashes()));
        }
        return Optional.empty();
    }

    /** Moves to a start of the release now if nothing runs and none is being started. */
    synchronized Optional<Starting> startNow(Release wanted) {
        if (!(phase instanceof Running) && !(phase instanceof Starting)) {
            if (release == null || release.version() != wanted.version() || phase instanceof Nothing) {
                policy = RestartPolicy.fresh();
                restarts = 0;
            }
            release = wanted;
            return Optional.of(starting(wanted, restarts, policy.crashes()));
        }
        return Optional.empty();
    }

    /** Ends a start well; false if the instance is not wanted any more. */
    synchronized boolean started(Starting start, Instance instance) {
        if (!phase.equals(start)) {
            return false;
        }
        phase = new Running(instance);
        return true;
    }

    /** Ends a start badly, perhaps with an exit status; empty if it was not wanted any more. */
    synchronized Optional<Verdict> startFailed(
            Starting start, ProcessType type, OptionalInt status, Instant at, long now) {
        if (!phase.equals(start)) {
            return Optional.empty();
        }
        OptionalInt before = lastCrash == null ? OptionalInt.empty() : lastCrash.status();
        OptionalInt last = status.isPresent() ? status : before;
        Verdict verdict = crash(new Crash(type, start.release().version(), at, last), Duration.ZERO);
        phase = new Waiting(now + verdict.delay().toNanos());
        return Optional.of(verdict);
    }

    private Verdict crash(Crash crash, Duration up) {
        lastCrash = crash;
        policy = policy.afterCrash(up);
        return new Verdict(policy.crashes(), policy.delay());
    }

    private Starting starting(Release what, int times, int crashes) {
        Starting start = new Starting(what, times, crashes, new Cancellation(), new CountDownLatch(1));
        restarts = times;
        phase = start;
        return start;
    }
}
