package dev.tinyserv.agent.route.handover;

import dev.tinyserv.agent.route.proxy.Traffic;
import dev.tinyserv.agent.route.table.TableFile;
import dev.tinyserv.buildpacks.base.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a router that leaves on the table of its successor, so that acknowledged routes hold for its kept connections,
 * too: the successor writes each table before it acknowledges. Safe for several threads.
 */
public final class TableFollower {
    private static final Logger LOG = LoggerFactory.getLogger(TableFollower.class);

    private final TableFile file;
    private final Traffic traffic;
    private String seen;
    private String complaint = "";

    /** Follows the file from its present content on. */
    public TableFollower(TableFile file, Traffic traffic) {
        this.file = file;
        this.traffic = traffic;
        this.seen = file.mark();
    }

    /**
     * Reads a changed table. Called before each request; other requests wait meanwhile, so none uses an older table. A
     * table that cannot be read is logged once, and tried again before the next request; the routes stay as they are.
     */
    public synchronized void follow() {
        String mark = file.mark();
        if (!mark.equals(seen)) {
            try {
                file.look().ifPresent(kept -> traffic.table().replace(kept.version(), kept.routes()));
                seen = mark;
            } catch (Refusal e) {
                complain(String.valueOf(e.getMessage()));
            }
        }
    }

    private void complain(String why) {
        if (!why.equals(complaint)) {
            complaint = why;
            LOG.error("leaving with the routes as they are: {}", why);
        }
    }
}
