package dev.tinyserv.agent.command;

/** Who may call a verb. A verb that declares nothing is {@link #NOBODY}'s. */
public enum Who {
    /** Refused to everybody. */
    NOBODY,
    /** The commands of the server itself, through its own door; for all others there is no such verb. */
    SERVER_ITSELF,
    /** Admins. */
    ADMIN,
    /** Whoever may use the app that the call is about. */
    APP_USER,
    /** Everybody, who then sees what is theirs. */
    ANYBODY
}
