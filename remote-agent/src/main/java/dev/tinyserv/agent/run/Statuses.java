package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.deploy.ProcessStatus.State;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Slot.Crash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The states of an app's processes, from its slots and instances. */
final class Statuses {
    private Statuses() {}

    static List<ProcessStatus> of(Map<ProcessName, Slot> slots, List<Instance> instances) {
        List<ProcessStatus> rows = new ArrayList<>();
        for (Instance instance : instances) {
            if (!(instance.isEnding() && instance.process().isOver())) {
                rows.add(of(instance, slots.get(instance.name())));
            }
        }
        slots.forEach((name, slot) -> slot.down().ifPresent(crash -> rows.add(of(name, crash, slot.restarts()))));
        rows.sort(Comparator.comparing(ProcessStatus::name).thenComparing(ProcessStatus::since));
        return List.copyOf(rows);
    }

    private static ProcessStatus of(Instance instance, @Nullable Slot slot) {
        InstanceRecord record = instance.record();
        Optional<Slot> supervised = Optional.ofNullable(slot).filter(unused -> record.actual() == Role.CURRENT);
        long pid = instance.process()
                .commandPid()
                .orElse(instance.process().tree().root().pid());
        return new ProcessStatus(
                instance.name(),
                state(instance),
                pid == 0 ? null : Long.valueOf(pid),
                record.port(),
                "v" + record.version(),
                instance.since(),
                supervised.map(Slot::restarts).orElse(record.restarts()),
                supervised.flatMap(Slot::lastCrash).map(Statuses::code).orElse(null));
    }

    private static ProcessStatus of(ProcessName name, Crash crash, int restarts) {
        return new ProcessStatus(
                name, State.CRASHED, null, null, "v" + crash.version(), crash.at(), restarts, code(crash));
    }

    private static State state(Instance instance) {
        Role role = instance.record().actual();
        if (instance.isEnding() || role == Role.RETIRED) {
            return State.STOPPING;
        }
        return instance.isReady() || role == Role.ONE_OFF ? State.UP : State.STARTING;
    }

    private static @Nullable Integer code(Crash crash) {
        return crash.status().code();
    }
}
