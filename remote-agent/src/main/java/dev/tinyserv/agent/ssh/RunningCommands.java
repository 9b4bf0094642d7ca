package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.app.Account;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.session.Session;

/**
 * The commands under way, so that a server that leaves tells each client its fate before the connection goes: what can
 * still be cancelled is, and what has happened is reported. Safe for use by several threads.
 */
final class RunningCommands {
    /** A command under way. */
    interface Running {
        /** Cancels it; does not wait. */
        void cancel(String why);

        /** Whether it goes beyond what the account may do now. */
        boolean exceeds(Account now);

        /** Cancels it because the rights are gone that it began with; its client is told so, whatever it did. */
        void revoke(String why);
    }

    private final Map<Running, Session> running = new HashMap<>();
    private boolean leaving;

    /** Counts a command of a session that starts; false if none may start any more. */
    synchronized boolean begin(Running command, Session session) {
        if (!leaving) {
            running.put(command, session);
        }
        return !leaving;
    }

    /** Forgets a command whose client was told how it ended. */
    synchronized void ended(Running command) {
        running.remove(command);
        notifyAll();
    }

    /**
     * Lets no more begin, cancels those under way, and waits until each has ended or the time is over; returns the
     * sessions whose commands they were.
     */
    Set<Session> endAll(String why, Duration limit) {
        Map<Running, Session> last = stopBeginning();
        last.keySet().forEach(command -> command.cancel(why));
        awaitEnd(System.nanoTime() + limit.toNanos());
        return Set.copyOf(last.values());
    }

    /** Whether a command of the session goes beyond what its account may do now. */
    boolean mayNot(Session session, Account now) {
        return of(session).stream().anyMatch(command -> command.exceeds(now));
    }

    /** Cancels what {@link #mayNot} finds. */
    void cancelWhatMayNot(Session session, Account now, String why) {
        of(session).stream().filter(command -> command.exceeds(now)).forEach(command -> command.revoke(why));
    }

    /** Cancels every command of a session; returns how many there still are. */
    int cancelAll(Session session, String why) {
        List<Running> all = of(session);
        all.forEach(command -> command.revoke(why));
        return all.size();
    }

    private synchronized List<Running> of(Session session) {
        return running.entrySet().stream()
                .filter(entry -> entry.getValue().equals(session))
                .map(Map.Entry::getKey)
                .toList();
    }

    private synchronized Map<Running, Session> stopBeginning() {
        leaving = true;
        return Map.copyOf(running);
    }

    private synchronized void awaitEnd(long deadline) {
        try {
            for (long left = deadline - System.nanoTime(); !running.isEmpty() && left > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = deadline - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
