package dev.tinyserv.agent;

/** What {@code tinyserv-remote help} says of the verbs that are for the server itself. */
final class ServerVerbs {
    static final String HELP = """

            On the server only:

            startup      Start agent and router and return when every app is up; again is harmless.
            restart      Replace agent and router by this version; apps stay as they are.
            shutdown     Stop everything; what was up is up again after the next startup.
            install      Have tinyserv started at boot: a systemd unit, or a crontab line without root.
            version      Print the version.
            """;

    private ServerVerbs() {}
}
