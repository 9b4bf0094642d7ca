package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Slot.Phase;
import dev.tinyserv.agent.run.Slot.Running;
import dev.tinyserv.agent.run.Slot.Starting;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Makes an app run as desired from whatever runs of it, and leaves what fails to the restart policy. */
final class Ensuring {
    private final Launcher launcher;
    private final Boot boot;
    private final Ending ending;
    private final Keeper keeper;
    private final Succession succession;
    private final Events events;

    Ensuring(Launcher launcher, Boot boot, Ending ending, Keeper keeper, Succession succession, Events events) {
        this.launcher = launcher;
        this.boot = boot;
        this.ending = ending;
        this.keeper = keeper;
        this.succession = succession;
        this.events = events;
    }

    /** Returns when each of these processes is ready or has failed once. */
    void ensure(Desired desired, Collection<ProcessName> which) {
        succession.leaveAllBut(desired);
        keeper.workers().each(Job.of(desired, which), this::ensure);
    }

    private void ensure(Job job) {
        Slot slot = keeper.slot(job.app(), job.name());
        adoptWhatRunsAlready(job, slot);
        while (launcher.life().isWorking()) {
            slot.current().flatMap(launcher::find).ifPresent(keeper::look);
            Optional<Starting> start = slot.startNow(job);
            if (start.isPresent()) {
                keeper.run(slot, start.get());
                break;
            }
            Phase phase = slot.phase();
            if (phase instanceof Running running) {
                goOnOrReplace(job, slot, running.occupant().version());
                break;
            }
            awaitStart(phase);
            if (phase instanceof Starting starting
                    && starting.job().release().version() == job.release().version()) {
                break;
            }
        }
        if (launcher.life().isWorking()) {
            letTheOthersGo(job, slot);
        }
    }

    /** Such as what a change of release had put in its place, or what it has put aside, when it was broken off. */
    private void adoptWhatRunsAlready(Job job, Slot slot) {
        launcher.instances(job.app()).stream()
                .filter(instance -> instance.name().equals(job.name())
                        && instance.record().version() == job.release().version()
                        && isKept(instance))
                .findFirst()
                .filter(instance -> !isOfVersion(slot, job.release().version()))
                .ifPresent(instance -> succession.adopt(job, slot, instance));
    }

    private static boolean isOfVersion(Slot slot, int version) {
        return slot.phase() instanceof Running running && running.occupant().version() == version;
    }

    private static boolean isKept(Instance instance) {
        return instance.record().actual() == Role.CURRENT
                && instance.isReady()
                && !instance.isEnding()
                && !instance.process().isOver();
    }

    private void goOnOrReplace(Job job, Slot slot, int version) {
        slot.want(job);
        if (version == job.release().version()) {
            slot.current().flatMap(launcher::find).ifPresent(instance -> launcher.assign(instance, Role.CURRENT));
            return;
        }
        if (job.settings().exclusive()) {
            ending.end(
                    succession.left(List.of(slot.stop())),
                    "replaced by " + job.release().name());
            slot.startNow(job).ifPresent(start -> keeper.run(slot, start));
            return;
        }
        try {
            Instance instance = boot.start(job, 0, 0, line -> {}, new Cancellation());
            succession.adopt(job, slot, instance);
        } catch (Refusal e) {
            String why = String.valueOf(e.getMessage());
            events.publish(new RunEvent.GoesOn(
                    job.app(), job.name(), version, job.release().name(), why));
        }
    }

    /** What runs as this process besides the one in its place, and will not be needed any more. */
    private void letTheOthersGo(Job job, Slot slot) {
        List<Instance> others = launcher.instances(job.app()).stream()
                .filter(instance -> instance.name().equals(job.name())
                        && isKept(instance)
                        && slot.current().filter(instance.id()::equals).isEmpty())
                .toList();
        others.forEach(instance -> launcher.assign(instance, Role.RETIRED));
        if (!others.isEmpty()) {
            keeper.endpointsChanged(job.app());
        }
    }

    /** Waits until the start has succeeded or failed, if one is under way. */
    static void awaitStart(Phase phase) {
        if (phase instanceof Starting starting) {
            try {
                starting.done().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal(
                        "interrupted while " + starting.job().release().name() + " was started", e);
            }
        }
    }
}
