package dev.tinyserv.agent.build;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets a bounded number of builds run at once, one of each app, in the order in which they came. Safe for several
 * threads.
 */
final class BuildSlots {
    private final int limit;
    private final Object lock = new Object();
    private final List<Slot> waiting = new ArrayList<>();
    private final List<Slot> running = new ArrayList<>();

    BuildSlots(int limit) {
        this.limit = limit;
    }

    /** The right to build, until it is closed. */
    final class Slot implements AutoCloseable {
        private final AppName app;

        private Slot(AppName app) {
            this.app = app;
        }

        AppName app() {
            return app;
        }

        @Override
        public void close() {
            leave(this);
        }
    }

    /**
     * Waits for the app's turn, and tells the transcript how many builds are ahead.
     *
     * @throws Refusal if the wait is cancelled or interrupted
     */
    Slot enter(AppName app, Transcript transcript, Cancellation cancellation) {
        Slot slot = new Slot(app);
        int ahead;
        synchronized (lock) {
            waiting.add(slot);
            ahead = admit(slot) ? 0 : waiting.size() - 1 + running.size();
        }
        if (ahead == 0) {
            return slot;
        }
        transcript.step("Waiting for " + ahead + (ahead == 1 ? " build" : " builds") + " ahead");
        Cancellation.Registration registration = cancellation.onCancel(this::wake);
        try {
            await(slot, cancellation);
            return slot;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            leave(slot);
            throw new Refusal("the build was interrupted while it waited: push again", e);
        } catch (Refusal e) {
            leave(slot);
            throw e;
        } finally {
            registration.close();
        }
    }

    /**
     * Gives the app its turn at once; empty if a build of the app is under way or waits. The slot counts as a running
     * build, even beyond the limit, so it must be held only briefly.
     */
    Optional<Slot> tryEnter(AppName app) {
        synchronized (lock) {
            if (isBuilding(app) || waiting.stream().anyMatch(slot -> slot.app.equals(app))) {
                return Optional.empty();
            }
            Slot slot = new Slot(app);
            running.add(slot);
            return Optional.of(slot);
        }
    }

    private void await(Slot slot, Cancellation cancellation) throws InterruptedException {
        synchronized (lock) {
            while (!admit(slot)) {
                cancellation.check();
                lock.wait();
            }
        }
    }

    /** Lets the slot in if it is its turn. The caller holds the lock. */
    private boolean admit(Slot slot) {
        if (running.size() >= limit || isBuilding(slot.app)) {
            return false;
        }
        for (Slot earlier : waiting) {
            if (earlier.equals(slot)) {
                waiting.remove(slot);
                running.add(slot);
                return true;
            }
            // A slot that waits for a build of its own app holds up no other app.
            if (!isBuilding(earlier.app)) {
                return false;
            }
        }
        throw new IllegalStateException("a build that does not wait cannot be let in");
    }

    private boolean isBuilding(AppName app) {
        return running.stream().anyMatch(slot -> slot.app.equals(app));
    }

    private void leave(Slot slot) {
        synchronized (lock) {
            waiting.remove(slot);
            running.remove(slot);
            lock.notifyAll();
        }
    }

    private void wake() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }
}
