package dev.tinyserv.agent.route.table;

import dev.tinyserv.agent.app.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint with its requests under way; one object for each endpoint of a table. Safe for several threads. */
public final class Target {
    private final Endpoint endpoint;
    private final InetSocketAddress address;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Conduct conduct = new Conduct();
    private final AtomicBoolean down = new AtomicBoolean();
    private volatile int names;

    /** A target at an IP address. A name is an {@link IllegalArgumentException}: looking it up would block. */
    Target(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.address = new InetSocketAddress(literal(endpoint.host()), endpoint.port());
    }

    private static InetAddress literal(String host) {
        byte[] address = io.netty.util.NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            throw new IllegalArgumentException(host + " is no IP address");
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " is no IP address", e);
        }
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    public InetSocketAddress address() {
        return address;
    }

    public Conduct conduct() {
        return conduct;
    }

    public int underWay() {
        return underWay.get();
    }

    void begin() {
        underWay.incrementAndGet();
    }

    public void end() {
        underWay.decrementAndGet();
    }

    boolean isDown() {
        return down.get();
    }

    /** Counts the routes that name the target. Called with the table's lock. */
    int named(int more) {
        int now = names + more;
        names = now;
        return now;
    }

    /** Whether a route names the target, so that more requests may come. */
    public boolean isNamed() {
        return names > 0;
    }

    /** Notes whether the target is down. True if that has changed. */
    public boolean markDown(boolean now) {
        return down.compareAndSet(!now, now);
    }
}
