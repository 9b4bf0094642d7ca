package dev.tinyserv.agent.run;

import dev.tinyserv.agent.build.BuildView;
import dev.tinyserv.agent.build.Slug;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.log.ProcessOutput;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.runtime.Launch;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.run.runtime.RunningProcess;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.program.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Brings a process into being: port, record, output, environment, process, in this order; and takes all back. */
final class Launcher {
    private final Layout layout;
    private final InstanceRecords records;
    private final InstancePorts ports;
    private final InstanceEnvironment environments;
    private final ProcessRuntime runtime;
    private final ProcessOutput output;
    private final LiveInstances live;
    private final Life life;
    private final Events events;
    private final Clock clock;
    private final BuildView view;

    Launcher(
            Layout layout,
            InstanceRecords records,
            InstancePorts ports,
            InstanceEnvironment environments,
            ProcessRuntime runtime,
            ProcessOutput output,
            LiveInstances live,
            Life life,
            Events events,
            Clock clock) {
        this.layout = layout;
        this.records = records;
        this.ports = ports;
        this.environments = environments;
        this.runtime = runtime;
        this.output = output;
        this.live = live;
        this.life = life;
        this.events = events;
        this.clock = clock;
        this.view = new BuildView(layout);
    }

    /** A candidate with a port of its own. */
    Instance candidate(Release release, MainProcess main, int restarts, int crashes) {
        int port = ports.take();
        return launch(release, main, record(release, main, Role.CANDIDATE, port, restarts, crashes));
    }

    /** A process without a port that runs once, and sees of other apps as little as a build does. */
    Instance oneOff(Release release, MainProcess main) {
        return launch(release, main, record(release, main, Role.ONE_OFF, null, 0, 0));
    }

    /**
     * Why its command ended so soon, where that is that a program could not be started; empty if it is not known, else
     * with a colon before.
     *
     * @param status its exit status, if there is one
     * @param lines the last lines that it printed
     */
    String explained(Release release, MainProcess main, InstanceRecord record, OptionalInt status, List<String> lines) {
        return StartFailure.explained(
                        treeOf(release),
                        folderOf(release),
                        environments.of(release, record),
                        main.command(),
                        status.orElse(-1),
                        lines)
                .map(why -> ": " + why)
                .orElse("");
    }

    /** Takes over what an agent before us started. */
    Instance adopt(InstanceRecord record) {
        if (record.port() != null) {
            ports.reserve(record.port());
        }
        Path raw = output.collect(record.app(), record.name(), record.id());
        Instance instance = new Instance(record, runtime.find(record.id()), raw);
        live.add(instance);
        return instance;
    }

    /** Lets go of what is kept about an instance of which no process is left: its output, its files, its port. */
    void forget(Instance instance) {
        String id = instance.id();
        // the record goes whatever becomes of the others: with it, the next agent would look for a process
        try (Undo undo = new Undo()) {
            undo.run(() -> output.finish(id));
            undo.run(() -> runtime.forget(id));
            undo.run(() -> view.forget(id));
            undo.run(() -> records.delete(id));
        } finally {
            live.remove(instance);
            freePort(instance.record());
        }
    }

    private Instance launch(Release release, MainProcess main, InstanceRecord record) {
        try {
            life.beginLaunch();
        } catch (Refusal e) {
            freePort(record);
            throw e;
        }
        try {
            Path folder = folderOf(release);
            makeDataFolder(release);
            Instance instance = spawn(release, main, record, folder);
            events.publish(new Event.Ran(record.app(), startedText(record, instance.process())));
            return instance;
        } catch (RuntimeException e) {
            freePort(record);
            throw e;
        } finally {
            life.endLaunch();
        }
    }

    private Instance spawn(Release release, MainProcess main, InstanceRecord record, Path folder) {
        try {
            records.write(record);
            Path raw = output.collect(record.app(), record.name(), record.id());
            RunningProcess process = runtime.start(new Launch(
                    record.id(),
                    record.name(),
                    main.command(),
                    folder,
                    environments.of(release, record),
                    raw,
                    viewOf(release, record)));
            Instance instance = new Instance(record, process, raw);
            live.add(instance);
            return instance;
        } catch (RuntimeException e) {
            takeBack(record.id(), e);
            throw e;
        }
    }

    private List<String> viewOf(Release release, InstanceRecord record) {
        if (record.role() != Role.ONE_OFF) {
            return List.of();
        }
        try {
            return view.launcher(release.app(), treeOf(release), layout.shim(), record.id());
        } catch (IOException e) {
            throw new Refusal("cannot hide other apps from " + record.title() + ": " + JsonStore.reason(e), e);
        }
    }

    private static String startedText(InstanceRecord record, RunningProcess process) {
        String port = record.port() == null ? "" : ", port " + record.port();
        return record.name() + " started (v" + record.version() + ", pid "
                + process.tree().root().pid() + port + ")";
    }

    /** Also of a record that could not be written: its name may be there, and only its sync have failed. */
    private void takeBack(String id, RuntimeException problem) {
        try (Undo undo = new Undo()) {
            undo.run(() -> output.finish(id));
            undo.run(() -> view.forget(id));
            undo.run(() -> records.delete(id));
        } catch (RuntimeException e) {
            problem.addSuppressed(e);
        }
    }

    private void freePort(InstanceRecord record) {
        if (record.port() != null) {
            ports.free(record.port());
        }
    }

    private InstanceRecord record(
            Release release, MainProcess main, Role role, @Nullable Integer port, int restarts, int crashes) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return new InstanceRecord(
                InstanceRecord.SCHEMA,
                release.app() + "-" + release.name() + "-" + main.name() + "-" + random,
                release.app(),
                release.version(),
                main.type(),
                main.name(),
                role,
                port,
                null,
                ProcessIdentity.currentBootId(),
                clock.instant(),
                null,
                restarts,
                crashes);
    }

    /** The folder that its processes run in. */
    private Path folderOf(Release release) {
        return treeOf(release).resolve(codeOf(release).root());
    }

    /** All of its repository, as built. */
    private Path treeOf(Release release) {
        Path tree = layout.slug(release.app(), codeOf(release).id());
        if (!Files.isDirectory(tree)) {
            throw new Refusal("the built tree " + tree + " of " + release.name()
                    + " is gone; push its commit again or roll back to a release that has one");
        }
        return tree;
    }

    private static Slug codeOf(Release release) {
        Slug slug = release.slug();
        if (slug == null) {
            throw new Refusal(release.name() + " of " + release.app() + " has no code yet; push some");
        }
        return slug;
    }

    private void makeDataFolder(Release release) {
        Path data = layout.data(release.app());
        try {
            if (!Files.isDirectory(data)) {
                Files.createDirectories(
                        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new Refusal("cannot make " + data + ": " + JsonStore.reason(e), e);
        }
    }
}
