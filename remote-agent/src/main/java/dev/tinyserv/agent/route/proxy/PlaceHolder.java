package dev.tinyserv.agent.route.proxy;

/** A client that has one of the {@link Places}. */
interface PlaceHolder {
    /** The peer and the app that its place counts for. */
    Origin origin();

    /** The time when it connected, by {@link Traffic#now}. */
    long cameAt();

    /**
     * What the client waits for.
     *
     * @param now the time, by {@link Traffic#now}
     */
    Waiting waitsFor(long now);

    /** The time since when it waits for that, by {@link Traffic#now}. */
    long waitsSince();

    /** The time of the last byte read or written, by {@link Traffic#now}. */
    long movedAt();
}
