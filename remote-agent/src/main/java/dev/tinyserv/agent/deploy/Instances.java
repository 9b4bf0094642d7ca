package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Signal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.Collection;
import java.util.List;

/**
 * Runs the processes of apps, on this machine or on others. Current processes are supervised: restarted when they
 * crash. Candidates run beside them, and are supervised once they are promoted. Calls that change one app come one at a
 * time.
 */
public interface Instances {
    /**
     * Starts these processes of what is desired, side by side and beside what runs, and waits until each has passed its
     * gate.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if one fails; its last output is on the transcript, no candidate is
     *     left
     */
    Batch prepare(Desired desired, Collection<ProcessName> which, Transcript transcript, Cancellation cancellation);

    /** The desired processes that do not run as desired, and that the restart policy does not care for either. */
    List<ProcessName> missing(Desired desired);

    /** The desired processes that do not run as desired now; the restart policy may care for some. */
    List<ProcessName> down(Desired desired);

    /**
     * Makes the batch current.
     *
     * @return the processes that were current and are not any more; they go on, and are not supervised
     */
    List<Member> promote(Batch batch);

    /**
     * Lets the started processes of a batch take requests, under supervision, before it is known whether their release
     * will count: {@link #promote} or {@link #ensure} tells that. An agent that comes back before keeps them until then.
     *
     * @return the processes in whose place they are; they go on, and come back by {@link #ensure} unless they are ended
     */
    List<Member> roll(Batch batch);

    /** Which of these processes have ended, or were started again, since they took their place. */
    List<ProcessName> fallen(Collection<Member> members);

    /**
     * Supervises these current processes no more.
     *
     * @return those that run; they go on
     */
    List<Member> vacate(AppName app, Collection<ProcessName> which);

    /** The replaced processes that are not ended yet, also those from before this agent started. */
    List<Member> retired(AppName app);

    /** Sends SIGTERM to the whole tree of each, and SIGKILL after the stop timeout. Blocks until no process is left. */
    void end(Collection<Member> members, String why);

    /** Ends the app's current and retired processes, and supervises none any more. Blocks until no process is left. */
    void stop(AppName app, String why);

    /**
     * Makes these processes of what is desired run, under supervision, and no process that is not desired: keeps those
     * that run as desired, starts those missing, and leaves one that fails to the restart policy. What it replaces is
     * {@link #retired}. Blocks until each process is ready or has failed once. Never throws because of what the app does.
     */
    void ensure(Desired desired, Collection<ProcessName> which);

    /** As {@link #ensure(Desired, Collection)} for all processes. */
    default void ensure(Desired desired) {
        ensure(desired, desired.processes());
    }

    /** The processes in whose place one of another release is that {@link #roll} put there. */
    List<ProcessName> rolling(Desired desired);

    /**
     * Sends a signal to the main process of each of these current processes.
     *
     * @return the processes that got it
     */
    List<ProcessName> signal(AppName app, Collection<ProcessName> which, Signal signal);

    /**
     * Runs a command to its end.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if it does not end in time, or is cancelled
     */
    OneOff.Outcome run(OneOff once, Cancellation cancellation);

    /** The state of each process of the app, sorted by name. Safe from any thread, as are those below. */
    List<ProcessStatus> statuses(AppName app);

    /** Whether a current process of the app runs. */
    boolean isRunning(AppName app);

    /** Whether a web process of the app is crashed, as {@link #statuses} has it: no other process takes requests. */
    boolean hasCrashed(AppName app);

    /** The endpoints of the current processes, which take the requests of the app. */
    List<Endpoint> endpoints(AppName app);
}
