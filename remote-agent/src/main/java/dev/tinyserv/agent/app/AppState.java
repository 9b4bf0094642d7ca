package dev.tinyserv.agent.app;

import java.time.Instant;

/**
 * What an app should be right now, {@code apps/NAME.json}: changed only by verbs, never by a crash, shutdown or reboot.
 *
 * @param schema the version of this format: {@value #SCHEMA}
 * @param app the app's name
 * @param port the stable port that the router listens on for it
 * @param up whether it should run
 * @param createdAt when it was created
 * @param createdBy who created it
 */
public record AppState(int schema, AppName app, int port, boolean up, Instant createdAt, String createdBy) {
    /** The version of the format that this code writes. */
    public static final int SCHEMA = 1;

    /** This state with the app wanted up, or stopped. */
    public AppState withUp(boolean wanted) {
        return new AppState(schema, app, port, wanted, createdAt, createdBy);
    }
}
