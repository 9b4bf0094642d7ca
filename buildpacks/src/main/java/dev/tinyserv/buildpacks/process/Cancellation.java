package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The cancellation of one request: open, then cancelled, or sealed, so that nothing cancels it any more, which is what the
 * commit point of a deploy does. Safe for use by several threads.
 */
public final class Cancellation {
    private enum State {
        WANTED,
        CANCELLED,
        SEALED
    }

    private final List<Listener> listeners = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private State state = State.WANTED;
    private String reason = "";

    private record Listener(long id, Runnable action) {}

    /** Taking a listener back. */
    public interface Registration extends AutoCloseable {
        /** The listener is not called any more, once this has returned and unless its call had begun. */
        @Override
        void close();
    }

    /** Cancels, unless that has happened or can no longer happen; listeners run in the calling thread. */
    public void cancel(String why) {
        List<Listener> toRun;
        synchronized (this) {
            if (state != State.WANTED) {
                return;
            }
            state = State.CANCELLED;
            reason = why;
            toRun = List.copyOf(listeners);
            listeners.clear();
        }
        toRun.forEach(listener -> listener.action().run());
    }

    /** From here on nothing cancels any more; throws if it was cancelled before. */
    public synchronized void seal() {
        check();
        state = State.SEALED;
        listeners.clear();
    }

    /** Whether it was cancelled. */
    public synchronized boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /** Throws a {@link Refusal} with the reason if it was cancelled. */
    public synchronized void check() {
        if (state == State.CANCELLED) {
            throw new Refusal(told());
        }
    }

    /** That it was cancelled, and why. */
    synchronized String told() {
        return "cancelled: " + reason;
    }

    /** Calls the action once on cancellation; at once, in this thread, if that has happened. */
    public Registration onCancel(Runnable action) {
        Listener listener = new Listener(ids.incrementAndGet(), action);
        boolean now;
        synchronized (this) {
            now = state == State.CANCELLED;
            if (state == State.WANTED) {
                listeners.add(listener);
            }
        }
        if (now) {
            action.run();
        }
        return () -> {
            synchronized (this) {
                listeners.removeIf(other -> other.id() == listener.id());
            }
        };
    }
}
