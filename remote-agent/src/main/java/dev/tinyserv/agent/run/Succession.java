package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Slot.Phase;
import dev.tinyserv.agent.run.Slot.Running;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Who is current for an app: instances take their places in the slots, and leave them. Nothing here waits. */
final class Succession {
    private static final String TAKEN_OVER = "another release took over";

    private final Launcher launcher;
    private final Keeper keeper;

    Succession(Launcher launcher, Keeper keeper) {
        this.launcher = launcher;
        this.keeper = keeper;
    }

    /** Makes these current, and those that took their place before; returns those that are not current any more. */
    List<Instance> promote(Desired desired, List<Instance> started) {
        started.forEach(instance -> launcher.assign(instance, Role.CURRENT));
        List<Phase> former = new ArrayList<>();
        for (Job job : Job.of(desired)) {
            Slot slot = keeper.slot(job.app(), job.name());
            slot.want(job);
            rolling(slot).ifPresent(instance -> launcher.assign(instance, Role.CURRENT));
            started.stream()
                    .filter(instance -> instance.name().equals(job.name()))
                    .forEach(instance -> former.add(slot.promote(job, instance.occupant())));
        }
        former.addAll(emptyAllBut(desired));
        List<Instance> retired = left(former);
        started.forEach(keeper::look);
        return retired;
    }

    private Optional<Instance> rolling(Slot slot) {
        return slot.current()
                .flatMap(launcher::find)
                .filter(instance -> instance.record().tentative());
    }

    /** Puts these in their places; returns those that had them. */
    List<Instance> roll(Desired desired, List<Instance> started) {
        List<Phase> former = new ArrayList<>();
        for (Job job : Job.of(desired)) {
            for (Instance instance : started) {
                if (instance.name().equals(job.name())) {
                    launcher.assignForNow(instance);
                    former.add(keeper.slot(job.app(), job.name()).roll(job, instance.occupant()));
                }
            }
        }
        former.forEach(phase -> Keeper.cancel(phase, TAKEN_OVER));
        started.forEach(keeper::look);
        return instancesOf(former);
    }

    /** Empties the places of these processes; returns those that had them. */
    List<Instance> vacate(AppName app, Collection<ProcessName> which) {
        SortedMap<ProcessName, Slot> slots = keeper.slots(app);
        return left(slots.entrySet().stream()
                .filter(slot -> which.contains(slot.getKey()))
                .map(slot -> slot.getValue().stop())
                .toList());
    }

    /** Empties the places that are not desired, and lets those who had them go. */
    void leaveAllBut(Desired desired) {
        if (!left(emptyAllBut(desired)).isEmpty()) {
            keeper.endpointsChanged(desired.app());
        }
    }

    /** Makes an instance current that runs as the job says. */
    void adopt(Job job, Slot slot, Instance instance) {
        launcher.assign(instance, Role.CURRENT);
        List<Instance> former = left(List.of(slot.promote(job, instance.occupant())));
        former.forEach(unused -> keeper.endpointsChanged(job.app()));
        keeper.look(instance);
    }

    private List<Phase> emptyAllBut(Desired desired) {
        return keeper.slots(desired.app()).entrySet().stream()
                .filter(slot -> !desired.processes().contains(slot.getKey()))
                .map(Map.Entry::getValue)
                .map(Slot::stop)
                .toList();
    }

    /** Retires the instances of phases that have ended, and cancels the starts. */
    List<Instance> left(List<Phase> former) {
        former.forEach(phase -> Keeper.cancel(phase, TAKEN_OVER));
        List<Instance> retired = instancesOf(former);
        retired.forEach(instance -> launcher.assign(instance, Role.RETIRED));
        return retired;
    }

    /** The instances of these phases that are still there. */
    List<Instance> instancesOf(List<Phase> phases) {
        return phases.stream()
                .filter(Running.class::isInstance)
                .map(phase -> ((Running) phase).occupant().id())
                .flatMap(id -> launcher.find(id).stream())
                .toList();
    }
}
