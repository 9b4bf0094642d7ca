package dev.tinyserv.agent.submit;

/** Takes submissions: the door to the rest of the pipeline. */
@FunctionalInterface
public interface Submissions {
    /**
     * Brings the submission live: builds, releases and boots it, moves its tip and switches the routes. If it changes
     * nothing that the app watches, only its tip moves. Blocks until then.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the submission does not go live; then nothing has changed
     */
    void submit(Submission submission);
}
