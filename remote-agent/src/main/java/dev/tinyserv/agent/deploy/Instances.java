package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.Collection;
import java.util.List;

/**
 * What is needed of whoever runs processes, on this machine or on others. The current processes of an app are supervised:
 * restarted when they crash. Those that are prepared are started beside them and are not supervised before they are
 * promoted. Calls about one app come one at a time.
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
     * Starts what is missing for an app to run as desired, side by side, and waits until each process has passed its gate.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if one does not, with the reason and, on the transcript, the last lines
     *     of its output; then none of those that were started is left
     */
    Batch prepare(Desired desired, Reuse reuse, Transcript transcript, Cancellation cancellation);

    /**
     * Makes the batch current.
     *
     * @return those that it replaces, or that are too many, as they are by now; they go on and are not supervised
     */
    List<Member> promote(Batch batch);

    /** Those that were replaced, also before this agent started, and are not ended yet. */
    List<Member> retired(AppName app);

    /** Ends these: SIGTERM to each whole tree, after the grace SIGKILL. Blocks until nothing of them is left. */
    void end(Collection<Member> members, String why);

    /** Ends what is current of the app and supervises nothing for it any more. Blocks until nothing is left. */
    void stop(AppName app, String why);

    /**
     * Sees to it that the app runs as desired and is supervised: keeps what is current, alive and as desired, starts what
     * is missing, and leaves what does not start to the restart policy. Blocks until each process is ready or has failed
     * once. Never throws because of what the app does.
     */
    void ensure(Desired desired);

    /**
     * Runs a command to its end.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if it does not end in time, or is cancelled
     */
    OneOff.Outcome run(OneOff once, Cancellation cancellation);

    /** How each process of the app is, by name. */
    List<ProcessStatus> statuses(AppName app);

    /** Whether something of the app is current and runs. */
    boolean isRunning(AppName app);

    /** Whether a process of the app has ended by itself, or did not start, and is not up again. */
    boolean hasCrashed(AppName app);

    /** Where the app takes requests now: the endpoints of what is current and ready. */
    List<Endpoint> endpoints(AppName app);
}
