package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.deploy.Batch;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.agent.deploy.DeploySettings;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.deploy.Instances;
import dev.tinyserv.agent.deploy.OneOff;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.log.ProcessOutput;
import dev.tinyserv.agent.machine.Watch;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Slot.Phase;
import dev.tinyserv.agent.run.Slot.Running;
import dev.tinyserv.agent.run.Slot.Starting;
import dev.tinyserv.agent.run.runtime.PlainRuntime;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs the instances on this machine. They outlive the agent: {@link #recover} takes back what an earlier one started.
 * Safe for several threads; changes of one app come from its queue, so one at a time.
 */
public final class Supervisor implements Instances, AutoCloseable {
    private final Launcher launcher;
    private final Ending ending;
    private final Boot boot;
    private final Keeper keeper;
    private final Recovery recovery;
    private final Watch watch;
    private final Events events;

    /** Starts nothing before {@link #recover}. */
    public Supervisor(DeploySettings settings, JsonStore store, ProcessOutput output, Events events, Clock clock) {
        this(
                settings,
                store,
                new PlainRuntime(
                        settings.server().layout().shim(),
                        settings.server().layout().instances()),
                output,
                events,
                new Clocks(clock, System::nanoTime),
                System.getenv());
    }

    Supervisor(
            DeploySettings settings,
            JsonStore store,
            ProcessRuntime runtime,
            ProcessOutput output,
            Events events,
            Clocks clocks,
            Map<String, String> environment) {
        this.events = events;
        launcher = new Launcher(settings, store, runtime, output, events, clocks, environment);
        ending = new Ending(launcher, events, settings.stopTimeout());
        boot = new Boot(settings, launcher, ending, events, clocks);
        keeper = new Keeper(launcher, boot, ending, events, clocks);
        recovery = new Recovery(settings, store, launcher, ending, keeper, clocks);
        watch = new Watch(settings.server().layout().instances(), keeper);
    }

    /**
     * Takes back what runs, and begins to supervise; called once, before anything else. Current and {@link #retired}
     * instances go on. Candidates and one-offs are ended in the background.
     *
     * @throws Refusal if the folders of TINYSERV_ROOT cannot be used
     */
    public void recover() {
        launcher.install();
        recovery.run();
        watch.start();
    }

    @Override
    public Batch prepare(Desired desired, Reuse reuse, Transcript transcript, Cancellation cancellation) {
        List<Instance> current = current(desired.app());
        List<Instance> kept = current.stream()
                .filter(instance -> reuse == Reuse.KEEP && isAsDesired(instance, desired))
                .toList();
        List<Job> missing = Job.of(desired).stream()
                .filter(job ->
                        kept.stream().noneMatch(instance -> instance.name().equals(job.name())))
                .toList();
        List<Instance> started = boot.startAll(missing, keeper.workers(), transcript, cancellation);
        List<Instance> surplus =
                current.stream().filter(instance -> !kept.contains(instance)).toList();
        return new Batch(desired, members(started), members(kept), members(surplus));
    }

    private static boolean isAsDesired(Instance instance, Desired desired) {
        return instance.record().version() == desired.release().version()
                && desired.formation().processes().contains(instance.name())
                && !instance.process().isOver();
    }

    @Override
    public List<Member> promote(Batch batch) {
        List<Instance> started = instances(batch.started());
        started.forEach(instance -> launcher.assign(instance, Role.CURRENT));
        List<Phase> former = new ArrayList<>();
        for (Job job : Job.of(batch.desired())) {
            Slot slot = keeper.slot(job.app(), job.name());
            slot.want(job);
            started.stream()
                    .filter(instance -> instance.name().equals(job.name()))
                    .forEach(instance -> former.add(slot.promote(job, instance.occupant())));
        }
        former.addAll(emptyAllBut(batch.desired()));
        former.forEach(phase -> Keeper.cancel(phase, "another release took over"));
        List<Instance> retired = instancesOf(former);
        retired.forEach(instance -> launcher.assign(instance, Role.RETIRED));
        started.forEach(keeper::look);
        return members(retired);
    }

    private List<Phase> emptyAllBut(Desired desired) {
        List<ProcessName> wanted = desired.formation().processes();
        return keeper.slots(desired.app()).entrySet().stream()
                .filter(slot -> !wanted.contains(slot.getKey()))
                .map(slot -> slot.getValue().stop())
                .toList();
    }

    @Override
    public void end(Collection<Member> members, String why) {
        ending.end(instances(members), why);
    }

    @Override
    public void stop(AppName app, String why) {
        List<Phase> former = keeper.slots(app).values().stream().map(Slot::stop).toList();
        former.forEach(phase -> Keeper.cancel(phase, why));
        List<Instance> toEnd = new ArrayList<>(instancesOf(former));
        toEnd.addAll(ofRoleRetired(app));
        ending.end(toEnd, why);
        former.forEach(Supervisor::awaitStart);
    }

    @Override
    public void ensure(Desired desired) {
        List<Phase> former = emptyAllBut(desired);
        if (!former.isEmpty()) {
            retire(desired.app(), former);
        }
        keeper.workers().each(Job.of(desired), this::ensure);
    }

    private void ensure(Job job) {
        Slot slot = keeper.slot(job.app(), job.name());
        while (launcher.life().isWorking()) {
            slot.current().flatMap(launcher::find).ifPresent(keeper::look);
            Optional<Starting> start = slot.startNow(job);
            if (start.isPresent()) {
                keeper.run(slot, start.get());
                return;
            }
            Phase phase = slot.phase();
            if (phase instanceof Running running) {
                goOnOrReplace(job, slot, running.occupant().version());
                return;
            }
            awaitStart(phase);
            if (phase instanceof Starting starting
                    && starting.job().release().version() == job.release().version()) {
                return;
            }
        }
    }

    private void goOnOrReplace(Job job, Slot slot, int version) {
        slot.want(job);
        if (version == job.release().version()) {
            return;
        }
        try {
            Instance instance = boot.start(job, 0, 0, line -> {}, new Cancellation());
            launcher.assign(instance, Role.CURRENT);
            Phase former = slot.promote(job, instance.occupant());
            retire(job.app(), List.of(former));
            keeper.look(instance);
        } catch (Refusal e) {
            String why = String.valueOf(e.getMessage());
            events.publish(new RunEvent.GoesOn(
                    job.app(), job.name(), version, job.release().name(), why));
        }
    }

    private void retire(AppName app, List<Phase> former) {
        former.forEach(phase -> Keeper.cancel(phase, "another release took over"));
        keeper.endpointsChanged(app);
        instancesOf(former).forEach(old -> launcher.assign(old, Role.RETIRED));
    }

    @Override
    public List<Member> retired(AppName app) {
        return members(ofRoleRetired(app));
    }

    private List<Instance> ofRoleRetired(AppName app) {
        return launcher.instances(app).stream()
                .filter(instance -> instance.record().role() == Role.RETIRED)
                .toList();
    }

    @Override
    public OneOff.Outcome run(OneOff once, Cancellation cancellation) {
        return new OneOffRun(launcher, ending, once).run(cancellation);
    }

    @Override
    public List<ProcessStatus> statuses(AppName app) {
        return Statuses.of(keeper.slots(app), launcher.instances(app));
    }

    @Override
    public boolean isRunning(AppName app) {
        return !current(app).isEmpty();
    }

    @Override
    public boolean hasCrashed(AppName app) {
        return keeper.slots(app).entrySet().stream()
                .filter(slot -> slot.getKey().type().equals(ProcessType.WEB))
                .anyMatch(slot -> slot.getValue().down().isPresent());
    }

    @Override
    public List<Endpoint> endpoints(AppName app) {
        return Batch.endpoints(members(current(app)));
    }

    /** Ends the supervision and leaves all processes running. */
    @Override
    public void close() {
        launcher.life().leave();
        watch.close();
        keeper.workers().close();
    }

    /** Ends every instance of every app, side by side, and starts none any more. Blocks until no process is left. */
    public void endAll(String why) {
        launcher.life().end();
        keeper.all().forEach(slot -> Keeper.cancel(slot.stop(), why));
        ending.end(launcher.instances(), why);
    }

    private List<Instance> current(AppName app) {
        return keeper.slots(app).values().stream()
                .flatMap(slot -> slot.current().stream())
                .flatMap(id -> launcher.find(id).stream())
                .toList();
    }

    private List<Instance> instances(Collection<Member> members) {
        return find(members.stream().map(Member::id));
    }

    private List<Instance> instancesOf(List<Phase> phases) {
        return find(phases.stream()
                .filter(Running.class::isInstance)
                .map(phase -> ((Running) phase).occupant().id()));
    }

    private List<Instance> find(Stream<String> ids) {
        return ids.flatMap(id -> launcher.find(id).stream()).toList();
    }

    private static List<Member> members(List<Instance> instances) {
        return instances.stream().map(Instance::member).toList();
    }

    private static void awaitStart(Phase phase) {
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
