package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.deploy.DeploySettings;
import dev.tinyserv.agent.release.ReleaseFile;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what an earlier agent started. Current instances go on; the {@link Keeper} finds one that ended meanwhile
 * like any other. Replaced ones are {@link Supervisor#retired}. All others are ended, with every process that carries
 * their mark; so is what carries a mark of this root that no record has.
 *
 * @param clocks the times of instances
 */
record Recovery(
        DeploySettings settings, JsonStore store, Launcher launcher, Ending ending, Keeper keeper, Clocks clocks) {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private record Place(AppName app, ProcessName process) {
        static Place of(InstanceRecord record) {
            return new Place(record.app(), record.name());
        }
    }

    /** Returns when every current instance is supervised again. Others are ended in the background. */
    void run() {
        List<InstanceRecord> found = launcher.found();
        Map<Place, InstanceRecord> current = newestCurrent(found);
        for (InstanceRecord record : found) {
            try {
                recover(record, current.get(Place.of(record)));
            } catch (RuntimeException e) {
                LOG.error("cannot take back {}; its record {} stays", record.inFull(), record.id(), e);
            }
        }
        endUnrecorded(found);
    }

    /** The agent starts their apps again, so left alone, these would run beside that, unseen. */
    private void endUnrecorded(List<InstanceRecord> found) {
        for (InstanceRecord record : launcher.unrecorded(found)) {
            LOG.warn(
                    "{} has no record any more; ending what runs with {} in its environment",
                    record.inFull(),
                    record.id());
            end(launcher.adopt(record), "its record in run/instances was gone");
        }
    }

    /**
     * Two records of a process are current if the agent was killed between writing both roles, or while it replaced the
     * processes of an app in groups. One that is so only for now gives way to the one in whose place it was.
     */
    private static Map<Place, InstanceRecord> newestCurrent(List<InstanceRecord> found) {
        Map<Place, InstanceRecord> newest = new HashMap<>();
        found.stream()
                .filter(record -> record.actual() == Role.CURRENT)
                .sorted(Comparator.comparing((InstanceRecord record) -> !record.tentative())
                        .thenComparing(InstanceRecord::version)
                        .thenComparing(InstanceRecord::createdAt))
                .forEach(record -> newest.put(Place.of(record), record));
        return newest;
    }

    private void recover(InstanceRecord record, @Nullable InstanceRecord current) {
        boolean thisBoot = record.bootId().equals(ProcessIdentity.currentBootId());
        Instance instance = launcher.adopt(record);
        if (!thisBoot) {
            end(instance, null); // only its output is left
        } else if (record.equals(current)) {
            readyAgain(instance);
            keeper.slot(record.app(), instance.name())
                    .attach(
                            jobOf(instance),
                            instance.occupant(),
                            record.restarts(),
                            record.crashes(),
                            record.tentative());
        } else if (record.tentative()) {
            readyAgain(instance);
        } else if (record.actual() == Role.CURRENT || record.actual() == Role.RETIRED) {
            readyAgain(instance);
            launcher.assign(instance, Role.RETIRED);
        } else {
            end(instance, "the agent was restarted before it was ready");
        }
    }

    private void end(Instance instance, @Nullable String why) {
        keeper.inBackground(instance, () -> ending.end(List.of(instance), why));
    }

    private void readyAgain(Instance instance) {
        InstanceRecord record = instance.record();
        Instant since = record.readyAt() == null ? record.createdAt() : record.readyAt();
        instance.ready(Optional.ofNullable(record.endpoint()), since, clocks.nanos());
    }

    /** Null if the release cannot be read: nothing is started again until the deployer says what the app should run. */
    private @Nullable Job jobOf(Instance instance) {
        InstanceRecord record = instance.record();
        try {
            return store.read(settings.server().layout().release(record.app(), record.version()), ReleaseFile.class)
                    .map(file -> Job.of(file.release(), instance.name(), TypeSettings.DEFAULT, Limits.NONE))
                    .orElse(null);
        } catch (RuntimeException e) { // also what the compact constructors of its parts throw
            LOG.error("{} cannot be started again yet: {}", record.inFull(), e.getMessage());
            return null;
        }
    }
}
