package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.deploy.Instances;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.log.ProcessOutput;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Supervision.Phase;
import dev.tinyserv.agent.run.Supervision.Running;
import dev.tinyserv.agent.run.Supervision.Starting;
import dev.tinyserv.agent.run.runtime.PlainRuntime;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The instances on this machine. They live on without it: {@link #recover} takes back what a supervisor before it
 * started. Safe for use by several threads; calls about one app come from its queue, so one at a time.
 */
public final class Supervisor implements Instances, AutoCloseable {
    private final AgentSettings settings;
    private final ProcessRuntime runtime;
    private final InstanceRecords records;
    private final LiveInstances live = new LiveInstances();
    private final Life life = new Life();
    private final Workers workers = new Workers();
    private final Events events;
    private final Ending ending;
    private final Boot boot;
    private final OneOff oneOff;
    private final Keeper keeper;
    private final Recovery recovery;
    private final Watch watch;

    /**
     * A supervisor that does nothing before {@link #recover}.
     *
     * @param endpointsChanged hears of every app whose {@link #endpoints} changed without a call of
     *     {@link #promote} or {@link #stop}, in a thread of ours that may be held up
     */
    public Supervisor(
            AgentSettings settings,
            JsonStore store,
            ProcessOutput output,
            Events events,
            Clock clock,
            Consumer<AppName> endpointsChanged) {
        this(settings, store, output, events, clock, endpointsChanged, System::nanoTime, System.getenv());
    }

    Supervisor(
            AgentSettings settings,
            JsonStore store,
            ProcessOutput output,
            Events events,
            Clock clock,
            Consumer<AppName> endpointsChanged,
            LongSupplier nanos,
            Map<String, String> environment) {
        this.settings = settings;
        this.events = events;
        Layout layout = settings.layout();
        runtime = new PlainRuntime(layout.shim(), layout.instances());
        records = new InstanceRecords(store, layout.instances());
        Launcher launcher = new Launcher(
                layout,
                records,
                new InstancePorts(settings.instancePorts()),
                new InstanceEnvironment(layout, environment),
                runtime,
                output,
                live,
                life,
                events,
                clock);
        ending = new Ending(launcher, events, settings.stopTimeout());
        boot = new Boot(settings, launcher, ending, output, life, events, clock, nanos);
        oneOff = new OneOff(launcher, ending, life, events);
        keeper = new Keeper(boot, ending, records, life, events, clock, nanos, workers, endpointsChanged);
        recovery =
                new Recovery(layout, store, records, launcher, ending, keeper, nanos, workers, settings.drainTimeout());
        watch = new Watch(layout.instances(), keeper::check);
    }

    /**
     * Takes back what runs, and begins to supervise; to be called once, before anything else. Current instances are
     * never stopped by it; candidates, retired and one-off ones are ended in the background.
     *
     * @throws Refusal if the folders of TINYSERV_ROOT cannot be used
     */
    public void recover() {
        Layout layout = settings.layout();
        try {
            var ownersOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(layout.instances(), ownersOnly);
        } catch (IOException e) {
            throw new Refusal("cannot make " + layout.instances() + ": " + JsonStore.reason(e), e);
        }
        runtime.install();
        recovery.run();
        watch.start();
    }

    @Override
    public Batch boot(Release release, Transcript transcript, Cancellation cancellation) {
        return new StartedBatch(
                release,
                isSiteOnly(release) ? List.of() : List.of(boot.start(release, 0, 0, transcript, cancellation)));
    }

    @Override
    public void requireStartable(Release release) {
        if (!isSiteOnly(release)) {
            MainProcess unused = MainProcess.of(release);
        }
    }

    private static boolean isSiteOnly(Release release) {
        return release.site() != null && !release.runs();
    }

    @Override
    public void runOnce(
            Release release,
            ProcessType type,
            String command,
            Duration limit,
            Transcript transcript,
            Cancellation cancellation) {
        oneOff.run(release, new MainProcess(type, command), limit, transcript, cancellation);
    }

    @Override
    public Batch promote(AppName app, Batch candidates) {
        StartedBatch batch = (StartedBatch) candidates;
        batch.instances().forEach(instance -> records.update(instance.become(Role.CURRENT)));
        Supervision supervision = keeper.of(app);
        Phase former = batch.instances().isEmpty()
                ? supervision.stop()
                : supervision.promote(batch.release(), batch.instances().get(0));
        cancel(former, "another release took over");
        List<Instance> retired = instanceOf(former).stream().toList();
        retired.forEach(old -> records.update(old.become(Role.RETIRED)));
        return new StartedBatch(null, retired);
    }

    @Override
    public void end(Batch batch, String why) {
        ending.end(((StartedBatch) batch).instances(), why);
    }

    @Override
    public void stop(AppName app, String why) {
        Phase former = keeper.of(app).stop();
        cancel(former, why);
        List<Instance> toEnd = new ArrayList<>(instanceOf(former).stream().toList());
        live.of(app).stream()
                .filter(instance -> instance.record().role() == Role.RETIRED)
                .forEach(toEnd::add);
        ending.end(toEnd, why);
        awaitStart(former);
    }

    @Override
    public void ensure(Release release) {
        if (release.slug() == null) {
            return;
        }
        Supervision supervision = keeper.of(release.app());
        if (isSiteOnly(release)) {
            takeOver(release.app(), new StartedBatch(release, List.of()));
            return;
        }
        while (life.isWorking()) {
            supervision
                    .current()
                    .filter(instance -> instance.process().isOver())
                    .ifPresent(instance -> keeper.ended(supervision, instance));
            Optional<Starting> start = supervision.startNow(release);
            if (start.isPresent()) {
                keeper.run(release.app(), supervision, start.get());
                return;
            }
            Phase phase = supervision.phase();
            if (phase instanceof Running running) {
                goOnOrReplace(release, supervision, running.instance());
                return;
            }
            awaitStart(phase);
            if (phase instanceof Starting starting && starting.release().version() == release.version()) {
                return;
            }
        }
    }

    private void goOnOrReplace(Release release, Supervision supervision, Instance current) {
        supervision.want(release);
        if (current.record().version() == release.version()) {
            return;
        }
        try {
            takeOver(release.app(), boot(release, line -> {}, new Cancellation()));
        } catch (Refusal e) {
            events.publish(new Event.Ran(
                    release.app(),
                    current.record().title() + " goes on, because " + release.name() + " does not start: "
                            + e.getMessage()));
        }
    }

    private void takeOver(AppName app, Batch batch) {
        StartedBatch former = (StartedBatch) promote(app, batch);
        keeper.changed(app);
        former.instances().forEach(old -> keeper.endLater(old, settings.drainTimeout()));
    }

    @Override
    public boolean isRunning(AppName app) {
        return keeper.of(app).current().isPresent();
    }

    @Override
    public boolean hasCrashed(AppName app) {
        Supervision supervision = keeper.of(app);
        return supervision.lastCrash().isPresent() && supervision.current().isEmpty();
    }

    @Override
    public List<Endpoint> endpoints(AppName app) {
        return keeper.of(app).current().flatMap(Instance::endpoint).stream().toList();
    }

    /** How each process of the app is, by name. */
    public List<InstanceStatus> list(AppName app) {
        return Statuses.of(keeper.of(app), live.of(app));
    }

    /** Supervises nothing any more and leaves all processes alone. */
    @Override
    public void close() {
        life.leave();
        watch.close();
        workers.close();
        life.awaitLaunches();
    }

    /** Ends every instance of every app, side by side, and starts none any more. Blocks until nothing is left. */
    public void endAll(String why) {
        life.end();
        keeper.all().values().forEach(supervision -> cancel(supervision.stop(), why));
        life.awaitLaunches();
        ending.end(live.all(), why);
    }

    private static void cancel(Phase phase, String why) {
        if (phase instanceof Starting starting) {
            starting.cancellation().cancel(why);
        }
    }

    private static Optional<Instance> instanceOf(Phase phase) {
        return phase instanceof Running running ? Optional.of(running.instance()) : Optional.empty();
    }

    private static void awaitStart(@Nullable Phase phase) {
        if (phase instanceof Starting starting) {
            try {
                starting.done().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refusal("interrupted while " + starting.release().name() + " was started", e);
            }
        }
    }
}
