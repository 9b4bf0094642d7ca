package dev.tinyserv.agent.command;

/** What a verb that is called on the server has to do with the agent. */
public enum AgentUse {
    /** Only a running agent can answer. */
    ANSWERED_BY_IT,
    /** Needs files only, so it works while no agent runs; the agent is not asked. */
    NOT_NEEDED,
    /** Tells how the agent is: bad settings do not keep it from that, nor does an agent that answers nothing. */
    ABOUT_IT,
    /** As {@link #ABOUT_IT}, and it works without an agent. */
    ABOUT_IT_OR_ITS_ABSENCE;

    /** Whether it is called when something is wrong, and so must work then. */
    public boolean isAboutAgent() {
        return this == ABOUT_IT || this == ABOUT_IT_OR_ITS_ABSENCE;
    }
}
