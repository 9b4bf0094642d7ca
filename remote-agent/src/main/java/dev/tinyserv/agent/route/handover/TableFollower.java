package dev.tinyserv.agent.route.handover;

import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.TableFile;

/**
 * Keeps a router that leaves on the table of its successor, so that acknowledged routes hold for its kept connections,
 * too: the successor writes each table before it acknowledges. Safe for several threads.
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

    /** Reads a changed table; called before each request. Other requests wait, so none uses an older table. */
    public synchronized void follow() {
        String mark = file.mark();
        if (!mark.equals(seen)) {
            seen = mark;
            file.read().ifPresent(kept -> traffic.table().replace(kept.version(), kept.routes()));
        }
    }
}
