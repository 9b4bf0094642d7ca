package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * What should run as one process of an app, and how far that is. A slot knows no clock and no process: each step is
 * told what has happened and when, and returns what follows. No method waits. Safe for several threads.
 */
final class Slot {
    private Phase phase = new Empty();
    private @Nullable Job job;
    private RestartPolicy policy = RestartPolicy.fresh();
    private int restarts;
    private boolean tentative;
    private @Nullable Crash lastCrash;

    /** How far the process is. */
    sealed interface Phase {}

    /** Nothing is wanted. */
    record Empty() implements Phase {}

    /** The occupant is current. */
    record Running(Occupant occupant) implements Phase {}

    /** The instance has ended; the rest of its tree is ended before the next start, due by the monotonic clock. */
    record Clearing(String instance, long due) implements Phase {}

    /** No process runs. The next start is due when the monotonic clock shows this, in nanoseconds. */
    record Waiting(long due) implements Phase {}

    /**
     * A start is under way.
     *
     * @param job what is started
     * @param restarts how often it was started again since its release went live, this time included
     * @param crashes how many crashes in a row led here
     * @param cancellation ends the start
     * @param done opened when the start has succeeded or failed
     */
    record Starting(Job job, int restarts, int crashes, Cancellation cancellation, CountDownLatch done)
            implements Phase {}

    /**
     * An instance that is ready.
     *
     * @param id its id
     * @param version the number of its release
     * @param ready when it became ready, by the monotonic clock in nanoseconds
     */
    record Occupant(String id, int version, long ready) {}

    /**
     * A crash of an instance.
     *
     * @param version the number of its release
     * @param at when it ended
     * @param status its exit status
     */
    record Crash(int version, Instant at, ExitStatus status) {}

    synchronized Phase phase() {
        return phase;
    }

    synchronized Optional<Crash> lastCrash() {
        return Optional.ofNullable(lastCrash);
    }

    synchronized int restarts() {
        return restarts;
    }

    /** The id of the current instance. */
    synchronized Optional<String> current() {
        return phase instanceof Running running ? Optional.of(running.occupant().id()) : Optional.empty();
    }

    /** The last crash while no process runs and none is being started. */
    synchronized Optional<Crash> down() {
        return phase instanceof Waiting || phase instanceof Clearing ? lastCrash() : Optional.empty();
    }

    /** Whether it is not known yet that the release of the current instance will count. */
    synchronized boolean isTentative() {
        return tentative;
    }

    /** Whether an instance of the release runs, or is started now or when it is due. */
    synchronized boolean isOf(int version) {
        if (phase instanceof Running running) {
            return running.occupant().version() == version;
        }
        return !(phase instanceof Empty) && job != null && job.release().version() == version;
    }

    /** Makes an instance current, with no crashes counted. Returns the phase that this ends. */
    synchronized Phase promote(Job newJob, Occupant occupant) {
        return take(newJob, occupant, false);
    }

    /** As {@link #promote}, before it is known whether the release counts; {@link #want} says that it does. */
    synchronized Phase roll(Job newJob, Occupant occupant) {
        return take(newJob, occupant, true);
    }

    private Phase take(Job newJob, Occupant occupant, boolean isTentative) {
        Phase former = phase;
        phase = new Running(occupant);
        tentative = isTentative;
        job = newJob;
        policy = RestartPolicy.fresh();
        restarts = 0;
        lastCrash = null;
        return former;
    }

    /**
     * Takes over an instance that was current before the agent was restarted.
     *
     * @param itsJob null if it is not known: nothing is started before {@link #want} tells it
     * @param isTentative whether it is not known that its release counts
     */
    synchronized void attach(
            @Nullable Job itsJob, Occupant occupant, int itsRestarts, int itsCrashes, boolean isTentative) {
        phase = new Running(occupant);
        tentative = isTentative;
        job = itsJob;
        policy = new RestartPolicy(itsCrashes);
        restarts = itsRestarts;
    }

    /** From now on no process should run. Returns the phase that this ends. */
    synchronized Phase stop() {
        Phase former = phase;
        phase = new Empty();
        return former;
    }

    /** From now on starts are of this job. A running instance goes on. */
    synchronized void want(Job wanted) {
        tentative = false;
        job = wanted;
    }

    /** Notes the end of an instance. Empty if it is not the current one. */
    synchronized Optional<RunEvent.Restart> exited(String instance, ExitStatus status, Instant at, long now) {
        if (!(phase instanceof Running running) || !running.occupant().id().equals(instance)) {
            return Optional.empty();
        }
        Occupant occupant = running.occupant();
        RunEvent.Restart restart =
                crash(new Crash(occupant.version(), at, status), Duration.ofNanos(now - occupant.ready()));
        phase = new Clearing(instance, now + restart.delay().toNanos());
        return Optional.of(restart);
    }

    /** Notes that no process of a crashed instance is left. Returns when the next start is due. */
    synchronized Optional<Long> cleared(String instance) {
        if (phase instanceof Clearing clearing && clearing.instance().equals(instance)) {
            phase = new Waiting(clearing.due());
            return Optional.of(clearing.due());
        }
        return Optional.empty();
    }

    /** Begins a start if the slot waits for one and it is due. */
    synchronized Optional<Starting> startIfDue(long now) {
        if (phase instanceof Waiting waiting && now - waiting.due() >= 0 && job != null) {
            return Optional.of(starting(job, restarts + 1, policy.crashes()));
        }
        return Optional.empty();
    }

    /** Begins a start of the job unless an instance runs or is being started. */
    synchronized Optional<Starting> startNow(Job wanted) {
        if (phase instanceof Running || phase instanceof Starting) {
            return Optional.empty();
        }
        if (job == null || job.release().version() != wanted.release().version() || phase instanceof Empty) {
            policy = RestartPolicy.fresh();
            restarts = 0;
            lastCrash = null;
        }
        tentative = false;
        job = wanted;
        return Optional.of(starting(wanted, restarts, policy.crashes()));
    }

    /** Notes that a start succeeded; false if the instance is not wanted any more. */
    synchronized boolean started(Starting start, Occupant occupant) {
        if (!phase.equals(start)) {
            return false;
        }
        phase = new Running(occupant);
        return true;
    }

    /** Notes that a start failed. Empty if it was not wanted any more. */
    synchronized Optional<RunEvent.Restart> startFailed(Starting start, ExitStatus status, Instant at, long now) {
        if (!phase.equals(start)) {
            return Optional.empty();
        }
        ExitStatus last = status.code() == null && lastCrash != null ? lastCrash.status() : status;
        RunEvent.Restart restart = crash(new Crash(start.job().release().version(), at, last), Duration.ZERO);
        phase = new Waiting(now + restart.delay().toNanos());
        return Optional.of(restart);
    }

    private RunEvent.Restart crash(Crash crash, Duration up) {
        lastCrash = crash;
        policy = policy.afterCrash(up);
        return new RunEvent.Restart(policy.crashes(), policy.delay());
    }

    private Starting starting(Job what, int times, int crashes) {
        Starting start = new Starting(what, times, crashes, new Cancellation(), new CountDownLatch(1));
        restarts = times;
        phase = start;
        return start;
    }
}
