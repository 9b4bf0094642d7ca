package dev.tinyserv.agent.local;

import dev.tinyserv.buildpacks.base.Refusal;

/** The refusal of a call because the agent runs but has not answered in time. */
public final class AgentSilent extends Refusal {
    private static final long serialVersionUID = 1L;

    /** A refusal with one line for the user: how long the agent was waited for. */
    public AgentSilent(String message) {
        super(message);
    }
}
