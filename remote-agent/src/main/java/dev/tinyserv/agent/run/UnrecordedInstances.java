package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.MarkedProcess;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Instances of a root that run although no record says so, because somebody has deleted or damaged the record. They are
 * found by what their processes have in their environment.
 *
 * @param layout of the root
 * @param own the id of the instance that the agent itself was started from, which nobody may end here; else empty
 */
record UnrecordedInstances(Layout layout, Optional<String> own) {
    private static final Pattern ID = Pattern.compile("v([0-9]{1,9})-(.+)-[0-9a-f]{8}");

    /** What can be told of them: records that no file holds. */
    Collection<InstanceRecord> besides(Collection<InstanceRecord> recorded) {
        Map<String, InstanceRecord> found = new TreeMap<>();
        for (MarkedProcess process : MarkedProcess.all(ProcessRuntime.MARK)) {
            process.value("TINYSERV_DATA_DIR")
                    .flatMap(folder -> appOf(process.identity().pid(), Path.of(folder)))
                    .flatMap(app -> process.value(ProcessRuntime.MARK).flatMap(id -> record(app, id)))
                    .filter(record -> own.filter(record.id()::equals).isEmpty())
                    .ifPresent(record -> found.put(record.id(), record));
        }
        recorded.forEach(record -> found.remove(record.id()));
        return found.values();
    }

    /** Empty for an app of another root, also of one that has the same path in a container. */
    private Optional<AppName> appOf(long pid, Path folder) {
        String name = String.valueOf(folder.getFileName());
        if (!AppName.isValid(name) || !layout.data(new AppName(name)).equals(folder)) {
            return Optional.empty();
        }
        try {
            Path seen = Path.of("/proc", Long.toString(pid), "root" + folder);
            return Files.isSameFile(seen, folder) ? Optional.of(new AppName(name)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it has ended, or there is no such folder
        }
    }

    private static Optional<InstanceRecord> record(AppName app, String id) {
        Matcher parts =
                ID.matcher(id.startsWith(app + "-") ? id.substring(app.value().length() + 1) : "");
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            ProcessName name = ProcessName.of(parts.group(2));
            return Optional.of(new InstanceRecord(
                    InstanceRecord.SCHEMA,
                    id,
                    app,
                    Integer.parseInt(parts.group(1)),
                    name.type(),
                    name,
                    Role.CANDIDATE,
                    null,
                    null,
                    ProcessIdentity.currentBootId(),
                    Instant.now(),
                    null,
                    0,
                    0,
                    null,
                    null));
        } catch (Refusal e) {
            return Optional.empty();
        }
    }
}
