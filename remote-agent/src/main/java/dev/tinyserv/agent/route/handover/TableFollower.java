package dev.tinyserv.agent.route.handover;

import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.TableFile;

/**
 * Keeps a router that leaves on the table of its successor: what the agent was told is in force must hold for the
 * requests of kept connections here as well, and the successor writes each table before it acknowledges it.
 */
public final class TableFollower {
    private final TableFile file;
    private final Traffic traffic;
    private String seen;

    public TableFollower(TableFile file, Traffic traffic) {
        this.file = file;
        this.traffic = traffic;
        this.seen = file.mark();
    }

    /** Called before each request; the lock is held while reading so that no request overtakes a newer table. */
    public synchronized void follow() {
        String mark = file.mark();
        if (!mark.equals(seen)) {
            seen = mark;
            file.read().ifPresent(kept -> traffic.table().replace(kept.version(), kept.routes()));
        }
    }
}
