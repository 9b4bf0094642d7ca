package dev.tinyserv.agent.ssh;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The commands under way, so that a server that leaves tells each client its fate before the connection goes: what can
 * still be cancelled is, and what has happened is reported. Safe for use by several threads.
 */
final class RunningCommands {
    private final Set<SshCommand> running = new HashSet<>();
    private boolean leaving;

    /** Counts a command that starts; false if none may start any more. */
    synchronized boolean begin(SshCommand command) {
        return !leaving && running.add(command);
    }

    /** Forgets a command whose client was told how it ended. */
    synchronized void ended(SshCommand command) {
        running.remove(command);
        notifyAll();
    }

    /** Lets no more begin, cancels those under way, and waits until each has ended or the time is over. */
    void endAll(String why, Duration limit) {
        stopBeginning().forEach(command -> command.cancel(why));
        awaitEnd(System.nanoTime() + limit.toNanos());
    }

    private synchronized List<SshCommand> stopBeginning() {
        leaving = true;
        return List.copyOf(running);
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
