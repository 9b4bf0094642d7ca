package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.buildpacks.process.ProcessEnd;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends instances with their whole trees: SIGTERM, and SIGKILL after the grace. The instances of one call are ended side
 * by side. An interrupt does not break that off.
 */
record Ending(Launcher launcher, Events events, Duration grace) {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    private static final Duration KILL_LIMIT = Duration.ofMillis(900);

    /**
     * Blocks until no process of them is left, also if another thread ends one already.
     *
     * @param why for the timeline; null if another event tells it
     */
    void end(Collection<Instance> instances, @Nullable String why) {
        List<Instance> mine = instances.stream().filter(Instance::claimEnd).toList();
        if (!mine.isEmpty()) {
            endMine(mine, why);
        }
        instances.forEach(Instance::awaitGone);
    }

    private void endMine(List<Instance> mine, @Nullable String why) {
        boolean interrupted = false;
        try {
            var outcome = ProcessEnd.end(mine, grace, KILL_LIMIT);
            interrupted = Thread.interrupted(); // files are written and deleted now, and that must not break off
            for (Instance instance : mine) {
                conclude(
                        instance,
                        why,
                        outcome.killed().contains(instance),
                        outcome.left().contains(instance));
            }
        } finally {
            mine.forEach(Instance::markGone);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void conclude(Instance instance, @Nullable String why, boolean killed, boolean stillThere) {
        AppName app = instance.app();
        String inFull = instance.record().inFull();
        if (stillThere) {
            LOG.error("{} cannot be killed; its port and record are kept", inFull);
            events.publish(new RunEvent.Unkillable(app, instance.name()));
            return;
        }
        try {
            launcher.forget(instance);
        } catch (RuntimeException e) {
            LOG.error("{} is gone, but not all that was kept about it", inFull, e);
        }
        if (killed) {
            events.publish(new RunEvent.Killed(app, instance.name(), grace));
        }
        if (why != null) {
            events.publish(new RunEvent.Stopped(app, instance.name(), why));
        }
    }
}
