package dev.tinyserv.agent.run;

import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Supervision.Clearing;
import dev.tinyserv.agent.run.Supervision.Crash;
import dev.tinyserv.agent.run.Supervision.Phase;
import dev.tinyserv.agent.run.Supervision.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Puts together what is known of an app's processes. */
final class Statuses {
    private Statuses() {}

    static List<InstanceStatus> of(Supervision supervision, List<Instance> instances) {
        Optional<Crash> crash = supervision.lastCrash();
        List<InstanceStatus> rows = new ArrayList<>();
        for (Instance instance : instances) {
            if (!(instance.isEnding() && instance.process().isOver())) {
                rows.add(of(instance, supervision));
            }
        }
        Phase phase = supervision.phase();
        if ((phase instanceof Waiting || phase instanceof Clearing) && crash.isPresent()) {
            rows.add(of(crash.get(), supervision.restarts()));
        }
        rows.sort(Comparator.comparing(InstanceStatus::name).thenComparing(InstanceStatus::since));
        return List.copyOf(rows);
    }

    private static InstanceStatus of(Instance instance, Supervision supervision) {
        InstanceRecord record = instance.record();
        boolean supervised = record.role() == Role.CURRENT;
        long pid = instance.process()
                .commandPid()
                .orElse(instance.process().tree().root().pid());
        return new InstanceStatus(
                record.name(),
                record.type(),
                state(instance),
                pid == 0 ? null : Long.valueOf(pid),
                record.port(),
                "v" + record.version(),
                instance.since(),
                supervised ? supervision.restarts() : record.restarts(),
                supervised ? status(supervision.lastCrash().map(Crash::status)) : null);
    }

    private static InstanceStatus of(Crash crash, int restarts) {
        return new InstanceStatus(
                crash.type() + ".1",
                crash.type(),
                "crashed",
                null,
                null,
                "v" + crash.version(),
                crash.at(),
                restarts,
                status(Optional.of(crash.status())));
    }

    private static String state(Instance instance) {
        InstanceRecord record = instance.record();
        if (instance.isEnding() || record.role() == Role.RETIRED) {
            return "stopping";
        }
        return instance.isReady() || record.role() == Role.ONE_OFF ? "up" : "starting";
    }

    private static @Nullable Integer status(Optional<OptionalInt> status) {
        OptionalInt known = status.orElse(OptionalInt.empty());
        return known.isPresent() ? Integer.valueOf(known.getAsInt()) : null;
    }
}
