package dev.tinyserv.agent.submit;

import org.jspecify.annotations.Nullable;

/**
 * The branch of a submission, for a push the deploy branch. It must not move while the submission is built, and moves
 * to its commit when it is released. Used by one thread at a time.
 */
public interface Tip {
    /** The full id of the commit that the branch names before the move; null for none. */
    @Nullable
    String before();

    /** Throws a {@link dev.tinyserv.buildpacks.base.Refusal} if the branch has moved, or if the app was destroyed. */
    void check();

    /**
     * Stores the submission's files durably. Called just before the commit point.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the disk does not take them
     */
    void keep();

    /**
     * Moves the branch to the commit, durably.
     *
     * @throws dev.tinyserv.buildpacks.base.Refusal if the branch was not moved, or may be back when the power fails
     */
    void move();
}
