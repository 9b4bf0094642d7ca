package dev.tinyserv.agent.command;

/** Who may call a verb; {@link #NOBODY} unless declared. */
public enum Who {
    /** Refused to everybody. */
    NOBODY,
    /** The server's own commands, through the local door. For all others there is no such verb. */
    SERVER_ITSELF,
    /** Admins. */
    ADMIN,
    /** Accounts that may use the app of the call. */
    APP_USER,
    /** Everybody; each sees only the apps that the account may use. */
    ANYBODY
}
