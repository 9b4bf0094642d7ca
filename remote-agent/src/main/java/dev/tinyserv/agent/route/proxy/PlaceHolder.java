package dev.tinyserv.agent.route.proxy;

/** Who has one of the {@link Places}. */
interface PlaceHolder {
    /** For whom its place counts. */
    Origin origin();

    /** When it connected, by {@link Traffic#now}. */
    long cameAt();

    /**
     * What it keeps its place for.
     *
     * @param now the time, by {@link Traffic#now}
     */
    Waiting waitsFor(long now);

    /** Since when it has waited for that, by {@link Traffic#now}. */
    long waitsSince();

    /** When the last byte came or went, by {@link Traffic#now}. */
    long movedAt();
}
