package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Duration;
import java.util.List;

/**
 * What the deployer needs of whoever runs processes. An app has at most one set of current instances; it is supervised
 * (restarted when it crashes). Candidates are started beside it and are not supervised.
 */
public interface Instances {
    /** A started set of instances. */
    interface Batch {
        /** The endpoints of its instances that take requests; empty if the app has no web process. */
        List<Endpoint> endpoints();
    }

    /**
     * Starts candidates for a release and waits until each has passed its gate.
     *
     * @throws dev.tinyserv.buildpacks.Refusal if one does not, with the reason and, on the transcript, the last lines
     *     of its output; then none of the candidates is left
     */
    Batch boot(Release release, Transcript transcript, Cancellation cancellation);

    /** Refuses a release of which no process could be started, before anything of it runs. */
    void requireStartable(Release release);

    /**
     * Runs a command of a release once, to its end, its output on the transcript and in the app's log.
     *
     * @throws dev.tinyserv.buildpacks.Refusal if it does not exit with 0 in time
     */
    void runOnce(
            Release release,
            ProcessType type,
            String command,
            Duration limit,
            Transcript transcript,
            Cancellation cancellation);

    /** Makes candidates the app's current instances; returns the former ones, which go on but are not supervised. */
    Batch promote(AppName app, Batch candidates);

    /** Ends the batch: SIGTERM to each whole tree, after the grace SIGKILL. Blocks until nothing of it is left. */
    void end(Batch batch, String why);

    /** Ends the app's current instances and supervises nothing for it any more. Blocks until nothing is left. */
    void stop(AppName app, String why);

    /**
     * Sees to it that the release runs and is supervised: keeps current instances that are alive and belong to it,
     * starts what is missing, and leaves what does not boot to the restart policy. Blocks until each instance is ready
     * or has failed once. Never throws because of what the app does.
     */
    void ensure(Release release);

    /** Whether the app has a current instance that has passed its gate. */
    boolean isRunning(AppName app);

    /** Whether the app's instance has ended by itself, or did not start, and is not up again. */
    boolean hasCrashed(AppName app);

    /** The current endpoints of the app: of its supervised instances that are ready. */
    List<Endpoint> endpoints(AppName app);
}
