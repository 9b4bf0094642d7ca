package dev.tinyserv.agent.run;

import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.buildpacks.process.ProcessTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends instances with their whole trees: SIGTERM, after the grace SIGKILL. All of one call are ended side by side. An
 * interrupt does not stop it half-way.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    private static final long FIRST_PAUSE_MILLIS = 2;
    private static final long LONGEST_PAUSE_MILLIS = 40;
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration KILL_LIMIT = Duration.ofMillis(900);

    private final Launcher launcher;
    private final Events events;
    private final Duration grace;

    Ending(Launcher launcher, Events events, Duration grace) {
        this.launcher = launcher;
        this.events = events;
        this.grace = grace;
    }

    /**
     * Blocks until nothing of them is left, also if another thread is ending one already.
     *
     * @param why for the timeline; null if that was told otherwise
     */
    void end(Collection<Instance> instances, @Nullable String why) {
        boolean interrupted = Thread.interrupted();
        try {
            List<Instance> mine = instances.stream().filter(Instance::claimEnd).toList();
            if (!mine.isEmpty()) {
                interrupted |= endMine(mine, why);
            }
            for (Instance instance : instances) {
                interrupted |= awaitGone(instance);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean endMine(List<Instance> mine, @Nullable String why) {
        try {
            mine.forEach(instance -> tree(instance).terminateBelowRoot());
            List<Instance> left = new ArrayList<>(mine);
            boolean interrupted = await(left, grace, true);
            List<Instance> stubborn = List.copyOf(left);
            stubborn.forEach(instance -> tree(instance).kill());
            interrupted |= await(left, KILL_LIMIT, false);
            for (Instance instance : mine) {
                conclude(instance, why, stubborn.contains(instance), left.contains(instance));
            }
            return interrupted;
        } finally {
            mine.forEach(Instance::markGone);
        }
    }

    /** Removes from the list whoever is gone, until none is left or time is over; returns whether interrupted. */
    private static boolean await(List<Instance> left, Duration limit, boolean gently) {
        long start = System.nanoTime();
        long again = AGAIN.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        boolean interrupted = false;
        left.removeIf(Ending::isGone);
        while (!left.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
            try {
                TimeUnit.MILLISECONDS.sleep(pause);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            left.removeIf(Ending::isGone);
            if (gently && System.nanoTime() - start >= again) {
                again += AGAIN.toNanos();
                remindThoseThatWereNeverReady(left);
            }
        }
        return interrupted;
    }

    /** What was just being started may have come to life after the signal, so it gets another one. */
    private static void remindThoseThatWereNeverReady(List<Instance> left) {
        left.stream()
                .filter(instance -> !instance.isReady())
                .forEach(instance -> tree(instance).terminateBelowRoot());
    }

    /** While the shim lives, a look at all processes of the machine would tell nothing new. */
    private static boolean isGone(Instance instance) {
        ProcessTree tree = tree(instance);
        return !tree.root().isAlive() && tree.members().isEmpty();
    }

    private void conclude(Instance instance, @Nullable String why, boolean killed, boolean stillThere) {
        String name = instance.record().name();
        if (stillThere) {
            LOG.error(
                    "{} cannot be killed; its port and record are kept",
                    instance.record().inFull());
            tell(instance, name + " cannot be killed; a process of it hangs in the kernel");
            return;
        }
        try {
            launcher.forget(instance);
        } catch (RuntimeException e) {
            LOG.error(
                    "{} is gone, but not all that was kept about it",
                    instance.record().inFull(),
                    e);
        }
        if (killed) {
            tell(instance, name + " did not stop within " + Wording.time(grace) + "; killed");
        }
        if (why != null) {
            tell(instance, name + " stopped: " + why);
        }
    }

    private void tell(Instance instance, String text) {
        events.publish(new Event.Ran(instance.app(), text));
    }

    private static boolean awaitGone(Instance instance) {
        boolean interrupted = false;
        while (true) {
            try {
                instance.awaitGone();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static ProcessTree tree(Instance instance) {
        return instance.process().tree();
    }
}
