package dev.tinyserv.agent.submit;

import org.jspecify.annotations.Nullable;

/**
 * What must not have moved while a submission was built, and moves to it when it is released: for a push the branch that
 * deploys. Used by one thread at a time.
 */
public interface Tip {
    /** The full id of the commit that it names until then; null for none. */
    @Nullable
    String before();

    /** Throws a {@link dev.tinyserv.buildpacks.base.Refusal} if somebody was faster, or if the app was destroyed. */
    void check();

    /**
     * Called just before the commit point: from then on the submission's files are kept, durably.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the disk does not take them
     */
    void keep();

    /**
     * Moves it to the submission, durably.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if it stays where it was, or may be back there when the power goes
     */
    void move();
}
