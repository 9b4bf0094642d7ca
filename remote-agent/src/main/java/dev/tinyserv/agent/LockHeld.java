package dev.tinyserv.agent;

import dev.tinyserv.buildpacks.base.Refusal;

/** Refuses to be the agent of a root because another agent has it. */
final class LockHeld extends Refusal {
    private static final long serialVersionUID = 1L;

    /** EX_TEMPFAIL of sysexits(3): our keeper does not try again. */
    static final int EXIT_STATUS = 75;

    LockHeld(String message) {
        super(message);
    }
}
