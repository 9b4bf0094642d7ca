package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.build.BuildView;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.deploy.DeploySettings;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.log.ProcessOutput;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.runtime.Launch;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.run.runtime.RunningProcess;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.program.ProgramPath;
import dev.tinyserv.buildpacks.program.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Starts processes: port, record, output, environment, process, in this order; and undoes all of that. Knows each
 * instance of which a process may still run. Safe for several threads.
 */
final class Launcher {
    private final Layout layout;
    private final InstanceRecords records;
    private final InstancePorts ports;
    private final InstanceEnvironment environments;
    private final UnrecordedInstances unrecorded;
    private final ProcessRuntime runtime;
    private final ProcessOutput output;
    private final Events events;
    private final Clocks clocks;
    private final BuildView view;
    private final Life life = new Life();
    private final Map<String, Instance> instances = new ConcurrentHashMap<>();

    /**
     * A launcher that starts nothing before {@link #install}.
     *
     * @param environment the agent's own variables
     */
    Launcher(
            DeploySettings settings,
            JsonStore store,
            ProcessRuntime runtime,
            ProcessOutput output,
            Events events,
            Clocks clocks,
            Map<String, String> environment) {
        this.layout = settings.server().layout();
        this.records = new InstanceRecords(store, layout.instances());
        this.ports = new InstancePorts(settings.server().instancePorts());
        this.environments = new InstanceEnvironment(layout, environment);
        this.unrecorded = new UnrecordedInstances(layout, Optional.ofNullable(environment.get(ProcessRuntime.MARK)));
        this.runtime = runtime;
        this.output = output;
        this.events = events;
        this.clocks = clocks;
        this.view = new BuildView(layout);
    }

    /** Prepares the folder of records and the runtime. */
    void install() {
        makeFolder(layout.instances());
        runtime.install();
    }

    /** Whether anything may be started. */
    Life life() {
        return life;
    }

    /** Every instance of which a process may still run; a live view. */
    Collection<Instance> instances() {
        return instances.values();
    }

    /** The instances of one app. */
    List<Instance> instances(AppName app) {
        return instances.values().stream()
                .filter(instance -> instance.app().equals(app))
                .toList();
    }

    /** The instance with an id; empty if no process of it is left. */
    Optional<Instance> find(String id) {
        return Optional.ofNullable(instances.get(id));
    }

    /** Starts a candidate with a port of its own. */
    Instance candidate(Job job, int restarts, int crashes) {
        int port = ports.take();
        return launch(job, record(job, Role.CANDIDATE, port, restarts, crashes), null);
    }

    /**
     * Starts a process without a port that runs once, and sees of other apps as little as a build does.
     *
     * @param input what it reads; null for nothing
     */
    Instance oneOff(Job job, @Nullable InputStream input) {
        return launch(job, record(job, Role.ONE_OFF, null, 0, 0), input);
    }

    /**
     * Why a command ended, where a program could not be started: {@code ": "} and the reason. Empty if that is not
     * known.
     *
     * @param lines the last lines that it printed
     */
    String explained(Job job, Instance instance, ExitStatus status, List<String> lines) {
        Integer code = status.code();
        Release release = job.release();
        ProgramPath path = ProgramPath.of(
                environments.of(release, instance.record()), release.env().asMap());
        return new StartFailure(environments.tree(release), environments.folder(release), path)
                .explained(job.command(), code == null ? -1 : code, lines);
    }

    /** The last lines that an instance printed. */
    List<String> lastLines(Instance instance, int count) {
        return output.lastLines(instance.id(), count);
    }

    /** Gives an instance another role, also in its record, unless that has been deleted: it must not come back. */
    void assign(Instance instance, Role role) {
        assign(instance, record -> record.withRole(role));
    }

    /** Makes an instance current before it is known whether its release will count. */
    void assignForNow(Instance instance) {
        assign(instance, InstanceRecord::currentForNow);
    }

    private void assign(Instance instance, UnaryOperator<InstanceRecord> change) {
        synchronized (instance) {
            InstanceRecord record = instance.become(change);
            if (instances.get(instance.id()) == instance) {
                records.update(record);
            }
        }
    }

    /** The records that an earlier agent left. */
    List<InstanceRecord> found() {
        return records.readAll();
    }

    /** What runs of an earlier agent's instances that have no record any more. */
    Collection<InstanceRecord> unrecorded(Collection<InstanceRecord> found) {
        return unrecorded.besides(found);
    }

    /** Takes over an instance that an earlier agent started. */
    Instance adopt(InstanceRecord record) {
        if (record.port() != null) {
            ports.reserve(record.port());
        }
        Path raw = output.collect(record.app(), record.name().toString(), record.id());
        return known(new Instance(record, runtime.find(record.id()), raw));
    }

    private Instance known(Instance instance) {
        instances.put(instance.id(), instance);
        return instance;
    }

    /** Frees the output, the files and the port of an instance of which no process is left. */
    void forget(Instance instance) {
        synchronized (instance) {
            try {
                forget(instance.id());
            } finally {
                instances.remove(instance.id());
                freePort(instance.record());
            }
        }
    }

    /** Deletes the record even if the rest fails: else the next agent would look for a process. */
    private void forget(String id) {
        try (Undo undo = new Undo()) {
            undo.run(() -> output.finish(id));
            undo.run(() -> runtime.forget(id));
            undo.run(() -> view.forget(id));
            undo.run(() -> records.delete(id));
        }
    }

    private Instance launch(Job job, InstanceRecord record, @Nullable InputStream input) {
        try {
            return life.launch(() -> {
                Path folder = environments.folder(job.release());
                makeFolder(layout.data(job.app()));
                Instance instance = spawn(job, record, folder, input);
                events.publish(new RunEvent.Started(job.app(), job.name(), record.version(), record.port()));
                return instance;
            });
        } catch (RuntimeException e) {
            freePort(record);
            throw e;
        }
    }

    private Instance spawn(Job job, InstanceRecord record, Path folder, @Nullable InputStream input) {
        try {
            records.write(record);
            Path raw = output.collect(record.app(), record.name().toString(), record.id());
            RunningProcess process = runtime.start(new Launch(
                    record.id(),
                    record.name().toString(),
                    job.command(),
                    folder,
                    environments.of(job.release(), record),
                    new Launch.Streams(input, raw),
                    new Launch.Confinement(null, job.limits(), viewOf(job, record))));
            return known(new Instance(record, process, raw));
        } catch (RuntimeException e) {
            try {
                forget(record.id()); // also one that could not be written: its name may be there, and only its sync
                // failed
            } catch (RuntimeException another) {
                e.addSuppressed(another);
            }
            throw e;
        }
    }

    private List<String> viewOf(Job job, InstanceRecord record) {
        if (record.role() != Role.ONE_OFF) {
            return List.of();
        }
        try {
            return view.launcher(job.app(), environments.tree(job.release()), layout.shim(), record.id());
        } catch (IOException e) {
            throw new Refusal("cannot hide other apps from " + job.title() + ": " + JsonStore.reason(e), e);
        }
    }

    private void freePort(InstanceRecord record) {
        if (record.port() != null) {
            ports.free(record.port());
        }
    }

    private InstanceRecord record(Job job, Role role, @Nullable Integer port, int restarts, int crashes) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return new InstanceRecord(
                InstanceRecord.SCHEMA,
                job.app() + "-" + job.release().name() + "-" + job.name() + "-" + random,
                job.app(),
                job.release().version(),
                job.name().type(),
                job.name(),
                role,
                port,
                null,
                ProcessIdentity.currentBootId(),
                clocks.now(),
                null,
                restarts,
                crashes,
                null,
                role == Role.ONE_OFF || job.isFirstOfItsApp() ? null : role);
    }

    /** For its owner only. */
    private static void makeFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, OwnFile.FOLDER_MODE);
            }
        } catch (IOException e) {
            throw new Refusal("cannot make " + folder + ": " + JsonStore.reason(e), e);
        }
    }
}
