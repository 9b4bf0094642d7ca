package dev.tinyserv.agent.route.proxy;

import dev.tinyserv.agent.config.Networks;
import dev.tinyserv.agent.route.site.SiteReader;
import dev.tinyserv.agent.route.table.RouteTable;
import dev.tinyserv.agent.route.table.TargetIds;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What all connections of a router share: routes, limits and counts. Safe for several threads. */
public final class Traffic {
    private final RouterSettings settings;
    private final Networks trusted;
    private final FailureLog failures;
    private final LongSupplier nanos;
    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final RouteTable table;
    private final SiteReader sites = new SiteReader();
    private volatile Runnable beforeClaim = () -> {};
    private volatile boolean leaving;

    /**
     * The traffic of a new router.
     *
     * @param nanos the clock for time limits, such as {@link System#nanoTime}
     */
    public Traffic(RouterSettings settings, FailureLog failures, LongSupplier nanos) {
        this.nanos = nanos;
        this.settings = settings;
        this.trusted = settings.server().trustedProxies();
        this.failures = failures;
        this.table = new RouteTable(new TargetIds(settings.server().layout().affinityKey()));
    }

    RouterSettings settings() {
        return settings;
    }

    /** Whether the peer is a trusted proxy. */
    boolean isTrusted(InetAddress peer) {
        return trusted.contains(peer);
    }

    /** The time by the clock for time limits, in nanoseconds. */
    public long now() {
        return nanos.getAsLong();
    }

    FailureLog failures() {
        return failures;
    }

    public RouteTable table() {
        return table;
    }

    /** Reads the files of sites. */
    SiteReader sites() {
        return sites;
    }

    /** The table for a new request, after following a successor. */
    RouteTable tableForRequest() {
        beforeClaim.run();
        return table;
    }

    void clientCame() {
        clients.incrementAndGet();
    }

    void clientLeft() {
        clients.decrementAndGet();
    }

    public int clients() {
        return clients.get();
    }

    void begin() {
        underWay.incrementAndGet();
    }

    void end() {
        underWay.decrementAndGet();
    }

    public int underWay() {
        return underWay.get();
    }

    /** From now on every answer asks its client to connect anew. */
    public void leave() {
        leaving = true;
    }

    /** As {@link #leave()}, and {@code follow} runs before each request. */
    public void leaveFollowing(Runnable follow) {
        beforeClaim = follow;
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }
}
