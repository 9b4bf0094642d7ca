package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what an agent before us started. Current instances go on; one that ended meanwhile is then found by the
 * {@link Keeper} like any other. All others are ended, with whatever carries their mark.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Layout layout;
    private final JsonStore store;
    private final InstanceRecords records;
    private final Launcher launcher;
    private final Ending ending;
    private final Keeper keeper;
    private final LongSupplier nanos;
    private final Executor pool;
    private final Duration drain;

    Recovery(
            Layout layout,
            JsonStore store,
            InstanceRecords records,
            Launcher launcher,
            Ending ending,
            Keeper keeper,
            LongSupplier nanos,
            Executor pool,
            Duration drain) {
        this.layout = layout;
        this.store = store;
        this.records = records;
        this.launcher = launcher;
        this.ending = ending;
        this.keeper = keeper;
        this.nanos = nanos;
        this.pool = pool;
        this.drain = drain;
    }

    /** Returns when every current instance is supervised again; the others are ended in the background. */
    void run() {
        List<InstanceRecord> found = records.readAll();
        Map<AppName, InstanceRecord> current = newestCurrent(found);
        for (InstanceRecord record : found) {
            try {
                recover(record, record.equals(current.get(record.app())));
            } catch (RuntimeException e) {
                LOG.error("cannot take back {}; its record {} stays", record.inFull(), record.id(), e);
            }
        }
    }

    /** Two are current if the agent was killed between making one current and the other one not. */
    private static Map<AppName, InstanceRecord> newestCurrent(List<InstanceRecord> found) {
        Map<AppName, InstanceRecord> newest = new HashMap<>();
        found.stream()
                .filter(record -> record.role() == Role.CURRENT)
                .sorted(Comparator.comparing(InstanceRecord::version).thenComparing(InstanceRecord::createdAt))
                .forEach(record -> newest.put(record.app(), record));
        return newest;
    }

    private void recover(InstanceRecord record, boolean current) {
        boolean thisBoot = record.bootId().equals(ProcessIdentity.currentBootId());
        Instance instance = launcher.adopt(record);
        if (!thisBoot) {
            pool.execute(new InstanceWork(
                    record.inFull(), () -> ending.end(List.of(instance), null))); // only its output is left
        } else if (current) {
            readyAgain(instance);
            keeper.of(record.app()).attach(releaseOf(record), instance);
        } else if (record.role() == Role.CURRENT || record.role() == Role.RETIRED) {
            readyAgain(instance);
            keeper.endLater(instance, drain);
        } else {
            pool.execute(new InstanceWork(
                    record.inFull(),
                    () -> ending.end(List.of(instance), "the agent was restarted before it was ready")));
        }
    }

    private void readyAgain(Instance instance) {
        InstanceRecord record = instance.record();
        Instant since = record.readyAt() == null ? record.createdAt() : record.readyAt();
        instance.ready(Optional.ofNullable(record.endpoint()), since, nanos.getAsLong());
    }

    /** Without it nothing is started again until the deployer says what the app should run. */
    private @Nullable Release releaseOf(InstanceRecord record) {
        try {
            return store.read(layout.release(record.app(), record.version()), Release.class)
                    .orElse(null);
        } catch (Refusal e) {
            LOG.error("{} cannot be started again yet: {}", record.inFull(), e.getMessage());
            return null;
        }
    }
}
