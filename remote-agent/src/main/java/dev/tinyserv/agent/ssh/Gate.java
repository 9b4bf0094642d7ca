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
 * Bounds connections that have not logged in, in total and from one address, and sessions that have. At a bound a
 * newcomer is parked, unread, until there is a place: one that logs in or leaves makes it, and so does one that has not
 * greeted for two seconds, or that has greeted and then exchanged no keys for five, the oldest first. So a burst of
 * clients is served one after the other, and connections that say nothing, or rubbish, shut nobody out. Twice as many as
 * may be in may be parked, half of them from one address; beyond that the oldest that has not greeted goes at once, and
 * where there is none the newcomer. Addresses from which somebody has logged in before go first: they wait for no
 * stranger, take the place of one if they must, and give theirs to one only after those five seconds. So a flood from
 * many addresses does not hold up those who work here. Safe for use by several threads; what it tells connections, it
 * tells without a lock.
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

    /** A connection's place, or its claim to one. */
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

    /** Looks whether time has made places, or has run out for a parked connection; whether it is still parked. */
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

    /** Who makes room for a known address: the oldest stranger that has exchanged no keys, or else takes its time. */
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

    /** Who makes room for one: of all, or of those from its own address. */
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

    /** The client has sent what an SSH client sends first. */
    synchronized void greeted(Ticket ticket) {
        advance(ticket, Progress.GREETED);
    }

    /** Keys were exchanged. */
    synchronized void keyed(Ticket ticket) {
        advance(ticket, Progress.KEYED);
    }

    /** The client has logged in; false if there are too many sessions already. */
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
            known.put(ticket.source, true); // the last to be forgotten
            fillPlaces(tell);
        }
        tell.forEach(Runnable::run);
        return true;
    }

    /** The connection is closed; may be called twice. */
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
