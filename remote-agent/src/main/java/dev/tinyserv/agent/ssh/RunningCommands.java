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
 * The commands under way. A server that leaves cancels the commands that can still be cancelled, and each client learns
 * how its command ended before its connection is closed. Safe for use by several threads.
 */
final class RunningCommands {
    /** A command under way. */
    interface Running {
        /** Cancels the command. Does not wait for its end. */
        void cancel(String why);

        /** Whether the command does what the account may not do any more. */
        boolean exceeds(Account now);

        /** Cancels the command because rights are gone that it began with. Its client is told why. Does not wait. */
        void revoke(String why);
    }

    private final Map<Running, Session> running = new HashMap<>();
    private boolean leaving;

    /** Adds a command of a session that begins. Returns false if no command may begin any more. */
    synchronized boolean begin(Running command, Session session) {
        if (!leaving) {
            running.put(command, session);
        }
        return !leaving;
    }

    /** Removes a command whose client was told how it ended. */
    synchronized void ended(Running command) {
        running.remove(command);
        notifyAll();
    }

    /**
     * Lets no more commands begin, cancels those under way, and waits until each of them has ended or the time is over.
     *
     * @return the sessions of the commands that were under way
     */
    Set<Session> endAll(String why, Duration limit) {
        Map<Running, Session> last = stopBeginning();
        last.keySet().forEach(command -> command.cancel(why));
        awaitEnd(System.nanoTime() + limit.toNanos());
        return Set.copyOf(last.values());
    }

    /** Whether a command of the session does what its account may not do any more. */
    boolean mayNot(Session session, Account now) {
        return of(session).stream().anyMatch(command -> command.exceeds(now));
    }

    /** Cancels the commands that {@link #mayNot} finds. */
    void cancelWhatMayNot(Session session, Account now, String why) {
        of(session).stream().filter(command -> command.exceeds(now)).forEach(command -> command.revoke(why));
    }

    /** Cancels every command of a session. Returns how many are still under way. */
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
