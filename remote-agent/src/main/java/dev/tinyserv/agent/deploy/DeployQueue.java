package dev.tinyserv.agent.deploy;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets one change of an app happen at a time, in the order of arrival. A caller that waits longer than 500 ms is told
 * which change it waits for. Apps do not wait for each other. Safe for several threads.
 */
final class DeployQueue {
    /** The right to change one app. */
    interface Turn extends AutoCloseable {
        /** Passes the turn to the next in the queue. A second call does nothing. */
        @Override
        void close();
    }

    private static final class Ticket {
        private final String holder;
        private final CompletableFuture<Void> called = new CompletableFuture<>();

        Ticket(String holder) {
            this.holder = holder;
        }
    }

    private static final long UNNOTICED_MILLIS = 500;

    private final Map<AppName, Deque<Ticket>> queues = new HashMap<>();

    /**
     * Waits for the turn.
     *
     * @param holder who makes which change, for callers that wait behind this one
     * @throws Refusal if the wait is cancelled or interrupted
     */
    Turn enter(AppName app, String holder, Transcript transcript, Cancellation cancellation) {
        Ticket ticket = new Ticket(holder);
        String ahead = join(app, ticket);
        Cancellation.Registration registration = cancellation.onCancel(() -> ticket.called.cancel(false));
        try (registration) {
            awaitCall(ticket, ahead, transcript);
        } catch (ExecutionException | java.util.concurrent.CancellationException e) {
            leave(app, ticket);
            cancellation.check();
            throw new Refusal("cancelled while it waited for " + ahead, e);
        } catch (InterruptedException e) {
            leave(app, ticket);
            Thread.currentThread().interrupt();
            throw new Refusal("interrupted while it waited for " + ahead, e);
        }
        return () -> leave(app, ticket);
    }

    /** A wait that nobody notices is not worth a line. */
    private static void awaitCall(Ticket ticket, String ahead, Transcript transcript)
            throws InterruptedException, ExecutionException {
        try {
            ticket.called.get(UNNOTICED_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            transcript.step("Waiting for " + Printable.escaped(ahead));
            ticket.called.get();
        }
    }

    private synchronized String join(AppName app, Ticket ticket) {
        Deque<Ticket> queue = queues.computeIfAbsent(app, name -> new ArrayDeque<>());
        Ticket last = queue.peekLast();
        queue.addLast(ticket);
        if (last == null) {
            ticket.called.complete(null);
            return "";
        }
        return last.holder;
    }

    private void leave(AppName app, Ticket ticket) {
        Ticket next = null;
        synchronized (this) {
            Deque<Ticket> queue = queues.get(app);
            if (queue == null) {
                return;
            }
            boolean wasFirst = queue.peekFirst() == ticket;
            queue.remove(ticket);
            if (queue.isEmpty()) {
                queues.remove(app);
            } else if (wasFirst) {
                next = queue.peekFirst();
            }
        }
        if (next != null && !next.called.complete(null) && next.called.isCancelled()) {
            leave(app, next);
        }
    }
}
