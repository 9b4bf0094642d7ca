package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.app.AddressBlock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections that have not logged in, in total and from one address, and the sessions that have.
 *
 * <p>At a bound, a new connection is parked, unread, until a place is free. A connection that logs in or leaves frees
 * its place. While others are parked, a connection loses its place, the oldest first, if it has not greeted two seconds
 * after it was let in, or has greeted and not exchanged keys after five seconds. So a burst of clients is served one
 * after the other, and connections that say nothing, or rubbish, shut nobody out. At most twice as many connections are
 * parked as may be let in, and at most half of these from one address. Beyond that, the oldest connection that has not
 * greeted is closed at once; if there is none, the new one is.
 *
 * <p>An address is known if somebody has logged in from it before. Connections from known addresses go first: they wait
 * for no stranger, take a stranger's place if they must, and lose their own to a stranger only after those five
 * seconds. So a flood from many addresses does not hold up those who work here.
 *
 * <p>Safe for use by several threads. Connections are let in and closed without a lock.
 */
final class Gate {
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MIN_PER_ADDRESS = 10;
    private static final int MOST_KNOWN = 1000;

    /** How far a connection has come. */
    private enum Progress {
        PARKED,
        SILENT,
        GREETED,
        KEYED,
        LOGGED_IN,
        GONE
    }

    /** A connection's place, or its claim to a place. */
    static final class Ticket {
        private final String source;
        private final Runnable admission;
        private final Runnable ejection;
        private long sinceNanos;
        private Progress progress = Progress.PARKED;

        /**
         * The ticket of a connection that has just come.
         *
         * @param admission lets the connection begin; called once, or never
         * @param ejection closes the connection
         */
        Ticket(InetAddress address, Runnable admission, Runnable ejection) {
            this.source = AddressBlock.of(address).prefix();
            this.admission = admission;
            this.ejection = ejection;
        }
    }

    private final int maxWaiting;
    private final int maxPerAddress;
    private final int maxParked;
    private final int maxParkedPerAddress;
    private final int maxSessions;
    private final long parkingNanos;
    private final LongSupplier nanoClock;
    private final List<Ticket> waiting = new ArrayList<>();
    private final List<Ticket> parked = new ArrayList<>();
    private final Map<String, Boolean> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_KNOWN;
        }
    };
    private int sessions;

    Gate(int maxWaiting, int maxSessions, Duration parking, LongSupplier nanoClock) {
        this.maxWaiting = maxWaiting;
        this.maxPerAddress = Math.min(maxWaiting, Math.max(MIN_PER_ADDRESS, maxWaiting / 5));
        this.maxParked = 2 * maxWaiting;
        this.maxParkedPerAddress = maxWaiting;
        this.maxSessions = maxSessions;
        this.parkingNanos = parking.toNanos();
        this.nanoClock = nanoClock;
    }

    /**
     * Lets a connection in, parks it or closes it: its ticket's admission or ejection says so, now or later.
     *
     * @return whether it is parked; then it is to be reviewed every now and then
     */
    boolean enter(Ticket ticket) {
        List<Runnable> tell = new ArrayList<>();
        boolean stays;
        synchronized (this) {
            ticket.sinceNanos = nanoClock.getAsLong();
            parked.add(ticket);
            fillPlaces(tell);
            boolean manyFromThere = count(parked, ticket.source) > maxParkedPerAddress;
            if (ticket.progress == Progress.PARKED && (manyFromThere || parked.size() > maxParked)) {
                makeRoom(ticket, manyFromThere, tell);
            }
            stays = ticket.progress == Progress.PARKED;
        }
        tell.forEach(Runnable::run);
        return stays;
    }

    private void makeRoom(Ticket newcomer, boolean manyFromThere, List<Runnable> tell) {
        boolean own = manyFromThere || count(waiting, newcomer.source) >= maxPerAddress;
        Ticket other = displaceable(newcomer, own, 0);
        if (other == null && !manyFromThere && isKnown(newcomer)) {
            other = parked.stream()
                    .filter(ticket -> !isKnown(ticket))
                    .findFirst()
                    .orElse(null);
        }
        eject(other == null ? newcomer : other, tell);
        fillPlaces(tell);
    }

    /**
     * Gives away the places that have become free by the time, and closes the connection if it was parked for too long.
     *
     * @return whether the connection is still parked
     */
    boolean review(Ticket ticket) {
        List<Runnable> tell = new ArrayList<>();
        boolean stays;
        synchronized (this) {
            fillPlaces(tell);
            if (ticket.progress == Progress.PARKED && age(ticket) > parkingNanos) {
                eject(ticket, tell);
            }
            stays = ticket.progress == Progress.PARKED;
        }
        tell.forEach(Runnable::run);
        return stays;
    }

    private void fillPlaces(List<Runnable> tell) {
        for (Ticket ticket : knownFirst()) {
            boolean full = count(waiting, ticket.source) >= maxPerAddress;
            if (full || waiting.size() >= maxWaiting) {
                Ticket displaced = displaceable(ticket, full, SILENCE_NANOS);
                if (displaced == null && !full && isKnown(ticket)) {
                    displaced = stranger();
                }
                if (displaced == null) {
                    continue;
                }
                eject(displaced, tell);
            }
            parked.remove(ticket);
            waiting.add(ticket);
            ticket.progress = Progress.SILENT;
            ticket.sinceNanos = nanoClock.getAsLong();
            tell.add(ticket.admission);
        }
    }

    private List<Ticket> knownFirst() {
        List<Ticket> line = new ArrayList<>(parked);
        line.sort(Comparator.comparing(ticket -> !isKnown(ticket)));
        return line;
    }

    private boolean isKnown(Ticket ticket) {
        return known.containsKey(ticket.source);
    }

    /** The stranger that makes room for a known address: the oldest without keys, else one that takes its time. */
    private @Nullable Ticket stranger() {
        Ticket slow = null;
        for (Ticket ticket : waiting) {
            if (isKnown(ticket)) {
                continue;
            }
            if (ticket.progress != Progress.KEYED) {
                return ticket;
            }
            if (slow == null && age(ticket) > PATIENCE_NANOS) {
                slow = ticket;
            }
        }
        return slow;
    }

    /** The connection that makes room for a new one, of all connections or of those from its own address. */
    private @Nullable Ticket displaceable(Ticket newcomer, boolean own, long silenceNanos) {
        Ticket slow = null;
        for (Ticket ticket : waiting) {
            if (own && !ticket.source.equals(newcomer.source)) {
                continue;
            }
            boolean precious = !own && isKnown(ticket) && !isKnown(newcomer);
            long silence = precious ? PATIENCE_NANOS : silenceNanos;
            if (ticket.progress == Progress.SILENT && age(ticket) >= silence) {
                return ticket;
            }
            if (slow == null && ticket.progress == Progress.GREETED && age(ticket) > PATIENCE_NANOS) {
                slow = ticket;
            }
        }
        return slow;
    }

    private void eject(Ticket ticket, List<Runnable> tell) {
        ticket.progress = Progress.GONE;
        waiting.remove(ticket);
        parked.remove(ticket);
        tell.add(ticket.ejection);
    }

    /** Notes that the client has sent its identification (RFC 4253, section 4.2). */
    synchronized void greeted(Ticket ticket) {
        advance(ticket, Progress.GREETED);
    }

    /** Notes that keys were exchanged. */
    synchronized void keyed(Ticket ticket) {
        advance(ticket, Progress.KEYED);
    }

    /** Notes that the client has logged in. Returns false if there are too many sessions, or if it was closed. */
    boolean loggedIn(Ticket ticket) {
        List<Runnable> tell = new ArrayList<>();
        synchronized (this) {
            if (ticket.progress == Progress.LOGGED_IN) {
                return true;
            }
            if (ticket.progress == Progress.GONE || sessions >= maxSessions) {
                return false;
            }
            waiting.remove(ticket);
            ticket.progress = Progress.LOGGED_IN;
            sessions++;
            known.remove(ticket.source);
            known.put(ticket.source, true); // at the end of the map, so it is forgotten last
            fillPlaces(tell);
        }
        tell.forEach(Runnable::run);
        return true;
    }

    /** Notes that the connection is closed. May be called twice. */
    void leave(Ticket ticket) {
        List<Runnable> tell = new ArrayList<>();
        synchronized (this) {
            if (ticket.progress == Progress.LOGGED_IN) {
                sessions--;
            }
            ticket.progress = Progress.GONE;
            waiting.remove(ticket);
            parked.remove(ticket);
            fillPlaces(tell);
        }
        tell.forEach(Runnable::run);
    }

    private long age(Ticket ticket) {
        return nanoClock.getAsLong() - ticket.sinceNanos;
    }

    private static void advance(Ticket ticket, Progress to) {
        if (ticket.progress.compareTo(to) < 0) {
            ticket.progress = to;
        }
    }

    private static long count(List<Ticket> tickets, String source) {
        return tickets.stream().filter(ticket -> ticket.source.equals(source)).count();
    }
}
