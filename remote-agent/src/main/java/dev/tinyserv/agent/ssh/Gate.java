package dev.tinyserv.agent.ssh;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds connections that have not logged in, in total and from one address, and sessions that have. At a bound a
 * newcomer takes the place of the oldest connection that has not even greeted, or that has greeted and then exchanged no
 * keys for seconds; where there is none, the newcomer stays out. So connections that say nothing, or rubbish, shut nobody
 * out. Safe for use by several threads.
 */
final class Gate {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int MIN_PER_ADDRESS = 10;

    /** How far a connection has come. */
    private enum Progress {
        SILENT,
        GREETED,
        KEYED,
        LOGGED_IN,
        GONE
    }

    /** A connection that was let in. */
    static final class Ticket {
        private final String source;
        private final long sinceNanos;
        private final Runnable ejection;
        private Progress progress = Progress.SILENT;

        private Ticket(String source, long sinceNanos, Runnable ejection) {
            this.source = source;
            this.sinceNanos = sinceNanos;
            this.ejection = ejection;
        }
    }

    private final int maxWaiting;
    private final int maxPerAddress;
    private final int maxSessions;
    private final LongSupplier nanoClock;
    private final List<Ticket> waiting = new ArrayList<>();
    private int sessions;

    Gate(int maxWaiting, int maxSessions, LongSupplier nanoClock) {
        this.maxWaiting = maxWaiting;
        this.maxPerAddress = Math.min(maxWaiting, Math.max(MIN_PER_ADDRESS, maxWaiting / 5));
        this.maxSessions = maxSessions;
        this.nanoClock = nanoClock;
    }

    /**
     * Lets a connection in, or not.
     *
     * @param ejection closes the connection, when another takes its place; called without a lock
     */
    Optional<Ticket> enter(InetAddress address, Runnable ejection) {
        String source = source(address);
        Ticket ticket = new Ticket(source, nanoClock.getAsLong(), ejection);
        Ticket displaced = null;
        synchronized (this) {
            long fromThere = waiting.stream()
                    .filter(other -> other.source.equals(source))
                    .count();
            if (fromThere >= maxPerAddress || waiting.size() >= maxWaiting) {
                displaced = displaceable(fromThere >= maxPerAddress ? source : null, ticket.sinceNanos);
                if (displaced == null) {
                    return Optional.empty();
                }
                displaced.progress = Progress.GONE;
                waiting.remove(displaced);
            }
            waiting.add(ticket);
        }
        if (displaced != null) {
            displaced.ejection.run();
        }
        return Optional.of(ticket);
    }

    private @Nullable Ticket displaceable(@Nullable String source, long now) {
        Ticket slow = null;
        for (Ticket ticket : waiting) {
            if (source != null && !ticket.source.equals(source)) {
                continue;
            }
            if (ticket.progress == Progress.SILENT) {
                return ticket;
            }
            if (slow == null && ticket.progress == Progress.GREETED && now - ticket.sinceNanos > PATIENCE_NANOS) {
                slow = ticket;
            }
        }
        return slow;
    }

    /** The client has sent what an SSH client sends first. */
    synchronized void greeted(Ticket ticket) {
        advance(ticket, Progress.GREETED);
    }

    /** Keys were exchanged. */
    synchronized void keyed(Ticket ticket) {
        advance(ticket, Progress.KEYED);
    }

    /** The client has logged in; false if there are too many sessions already. */
    synchronized boolean loggedIn(Ticket ticket) {
        if (ticket.progress == Progress.LOGGED_IN) {
            return true;
        }
        if (ticket.progress == Progress.GONE || sessions >= maxSessions) {
            return false;
        }
        waiting.remove(ticket);
        ticket.progress = Progress.LOGGED_IN;
        sessions++;
        return true;
    }

    /** The connection is closed; may be called twice. */
    synchronized void leave(Ticket ticket) {
        if (ticket.progress == Progress.LOGGED_IN) {
            sessions--;
        }
        ticket.progress = Progress.GONE;
        waiting.remove(ticket);
    }

    private static void advance(Ticket ticket, Progress to) {
        if (ticket.progress.compareTo(to) < 0) {
            ticket.progress = to;
        }
    }

    /** An IPv4 address, or the /64 of an IPv6 address, because one machine has all of it. */
    private static String source(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
