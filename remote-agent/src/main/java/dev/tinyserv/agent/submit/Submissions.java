package dev.tinyserv.agent.submit;

/** What takes submissions: the rest of the pipeline. */
@FunctionalInterface
public interface Submissions {
    /**
     * Brings the submission live: builds, releases and boots it, moves its tip and switches the routes. One that changes
     * nothing that the app watches only has its tip moved. Blocks until then.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if it does not go live; then nothing has changed
     */
    void submit(Submission submission);
}
