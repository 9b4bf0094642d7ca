package dev.tinyserv.agent.run;

import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.buildpacks.process.ProcessEnd;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends instances with their whole trees: SIGTERM, after the grace SIGKILL. All of one call are ended side by side. An
 * interrupt does not stop it half-way.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
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
                endMine(mine, why);
                interrupted |= Thread.interrupted();
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

    private void endMine(List<Instance> mine, @Nullable String why) {
        try {
            ProcessEnd.Outcome<Instance> outcome = ProcessEnd.end(mine, grace, KILL_LIMIT);
            for (Instance instance : mine) {
                conclude(
                        instance,
                        why,
                        outcome.killed().contains(instance),
                        outcome.left().contains(instance));
            }
        } finally {
            mine.forEach(Instance::markGone);
        }
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
}
