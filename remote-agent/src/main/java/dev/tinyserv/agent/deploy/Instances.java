package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.Collection;
import java.util.List;

/**
 * Runs the processes of apps, on this machine or on others. Current processes are supervised: restarted when they
 * crash. Candidates run beside them, and are supervised once they are promoted. Calls that change one app come one at a
 * time.
 */
public interface Instances {
    /** What becomes of current processes that are as desired. */
    enum Reuse {
        /** They go on. */
        KEEP,
        /** They are replaced like any other. */
        REPLACE
    }

    /**
     * Starts what is missing for an app to run as desired, side by side, and waits until each process has passed its
     * gate.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if one fails; its last output is on the transcript, no candidate is
     *     left
     */
    Batch prepare(Desired desired, Reuse reuse, Transcript transcript, Cancellation cancellation);

    /**
     * Makes the batch current.
     *
     * @return the processes that were current and are not any more; they go on, and are not supervised
     */
    List<Member> promote(Batch batch);

    /** The replaced processes that are not ended yet, also those from before this agent started. */
    List<Member> retired(AppName app);

    /** Sends SIGTERM to the whole tree of each, and SIGKILL after the stop timeout. Blocks until no process is left. */
    void end(Collection<Member> members, String why);

    /** Ends the app's current and retired processes, and supervises none any more. Blocks until no process is left. */
    void stop(AppName app, String why);

    /**
     * Makes the app run as desired, under supervision: keeps current processes that are as desired, starts those
     * missing, and leaves one that fails to the restart policy. Blocks until each process is ready or has failed once.
     * Never throws because of what the app does.
     */
    void ensure(Desired desired);

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
