package dev.tinyserv.agent.git;

import dev.tinyserv.agent.app.AppName;
import java.util.Optional;

/** What takes submissions: the rest of the pipeline. */
public interface Submissions {
    /**
     * Builds, releases and boots the submission, up to and including the commit point. Blocks until then.
     *
     * @throws dev.tinyserv.buildpacks.Refusal if it does not go live; then nothing has changed
     */
    Accepted submit(Submission submission);

    /**
     * The full id of the commit of the app's current release; empty if it has none.
     *
     * @throws dev.tinyserv.buildpacks.Refusal if that is not known; then nothing of the app may be taken for unneeded
     */
    Optional<String> released(AppName app);

    /**
     * A submission that has passed the commit point, or one that needs no release. What follows is done whatever happens
     * to the submitter.
     */
    interface Accepted {
        /** Whether it is released; if not, it has not happened as long as its ref has not moved. */
        boolean isReleased();

        /** Called when the ref has moved: switches the routes and returns when the router has acknowledged. */
        void refMoved();

        /** Called when the submitter has been told, or has gone: retires what served before. Does not block. */
        void reported();
    }
}
