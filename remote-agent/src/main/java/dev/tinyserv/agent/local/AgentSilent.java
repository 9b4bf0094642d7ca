package dev.tinyserv.agent.local;

import dev.tinyserv.buildpacks.base.Refusal;

/** The agent is there and does not answer. */
public final class AgentSilent extends Refusal {
    private static final long serialVersionUID = 1L;

    /** A refusal that says which agent, and what to do. */
    public AgentSilent(String message) {
        super(message);
    }
}
