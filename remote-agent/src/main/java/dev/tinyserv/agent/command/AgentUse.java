package dev.tinyserv.agent.command;

/** How a verb that is called on the server uses the agent. */
public enum AgentUse {
    /** Only a running agent can answer. */
    ANSWERED_BY_IT,
    /** Needs files only, and works while no agent runs. The agent is not asked. */
    NOT_NEEDED,
    /** Tells how the agent is, also with bad settings or an agent that does not answer. */
    ABOUT_IT,
    /** As {@link #ABOUT_IT}, and works without an agent. */
    ABOUT_IT_OR_ITS_ABSENCE;

    /** Whether the verb must work when something is wrong with the agent. */
    public boolean isAboutAgent() {
        return this == ABOUT_IT || this == ABOUT_IT_OR_ITS_ABSENCE;
    }
}
