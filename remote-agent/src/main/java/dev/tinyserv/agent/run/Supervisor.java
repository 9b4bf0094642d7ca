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
import dev.tinyserv.agent.log.ProcessOutput;
import dev.tinyserv.agent.machine.Watch;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Slot.Phase;
import dev.tinyserv.agent.run.Slot.Running;
import dev.tinyserv.agent.run.runtime.PlainRuntime;
import dev.tinyserv.agent.run.runtime.ProcessRuntime;
import dev.tinyserv.agent.store.JsonStore;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Signal;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;
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
    private final Succession succession;
    private final Ensuring ensuring;
    private final Recovery recovery;
    private final Watch watch;

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
        launcher = new Launcher(settings, store, runtime, output, events, clocks, environment);
        ending = new Ending(launcher, events, settings.stopTimeout());
        boot = new Boot(settings, launcher, ending, events, clocks);
        keeper = new Keeper(launcher, boot, ending, events, clocks);
        succession = new Succession(launcher, keeper);
        ensuring = new Ensuring(launcher, boot, ending, keeper, succession, events);
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
    public Batch prepare(
            Desired desired, Collection<ProcessName> which, Transcript transcript, Cancellation cancellation) {
        List<Instance> started = boot.startAll(Job.of(desired, which), keeper.workers(), transcript, cancellation);
        List<Instance> current = current(desired.app());
        List<Instance> kept = current.stream()
                .filter(instance -> !which.contains(instance.name())
                        && desired.processes().contains(instance.name())
                        && instance.record().version() == desired.release().version())
                .toList();
        List<Instance> surplus =
                current.stream().filter(instance -> !kept.contains(instance)).toList();
        return new Batch(desired, members(started), members(kept), members(surplus));
    }

    @Override
    public List<ProcessName> missing(Desired desired) {
        return without(desired, slot -> slot.isOf(desired.release().version()));
    }

    @Override
    public List<ProcessName> down(Desired desired) {
        return without(
                desired,
                slot -> slot.phase() instanceof Running running
                        && running.occupant().version() == desired.release().version());
    }

    private List<ProcessName> without(Desired desired, Predicate<Slot> isThere) {
        current(desired.app()).forEach(keeper::look);
        SortedMap<ProcessName, Slot> slots = keeper.slots(desired.app());
        return desired.processes().stream()
                .filter(name -> !slots.containsKey(name) || !isThere.test(slots.get(name)))
                .toList();
    }

    @Override
    public List<Member> promote(Batch batch) {
        return members(succession.promote(batch.desired(), instances(batch.started())));
    }

    @Override
    public List<Member> roll(Batch batch) {
        return members(succession.roll(batch.desired(), instances(batch.started())));
    }

    @Override
    public List<ProcessName> fallen(Collection<Member> members) {
        List<Instance> standing = instances(members).stream()
                .filter(instance -> !instance.process().isOver()
                        && keeper.slot(instance.app(), instance.name())
                                .current()
                                .filter(instance.id()::equals)
                                .isPresent())
                .toList();
        return members.stream()
                .filter(member -> standing.stream().noneMatch(each -> each.id().equals(member.id())))
                .map(Member::name)
                .toList();
    }

    @Override
    public List<Member> vacate(AppName app, Collection<ProcessName> which) {
        return members(succession.vacate(app, which));
    }

    @Override
    public List<ProcessName> rolling(Desired desired) {
        return tentative(desired.app())
                .filter(instance ->
                        instance.record().version() != desired.release().version())
                .map(Instance::name)
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public List<ProcessName> signal(AppName app, Collection<ProcessName> which, Signal signal) {
        return current(app).stream()
                .filter(instance -> which.contains(instance.name()) && instance.signal(signal))
                .map(Instance::name)
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
        List<Instance> toEnd = new ArrayList<>(succession.instancesOf(former));
        toEnd.addAll(ofRole(app, Role.RETIRED));
        toEnd.addAll(tentative(app).toList());
        ending.end(toEnd, why);
        former.forEach(Ensuring::awaitStart);
    }

    @Override
    public void ensure(Desired desired, Collection<ProcessName> which) {
        ensuring.ensure(desired, which);
    }

    @Override
    public List<Member> retired(AppName app) {
        return members(ofRole(app, Role.RETIRED));
    }

    private Stream<Instance> tentative(AppName app) {
        return launcher.instances(app).stream()
                .filter(instance -> instance.record().tentative());
    }

    private List<Instance> ofRole(AppName app, Role role) {
        return launcher.instances(app).stream()
                .filter(instance -> instance.record().actual() == role)
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
        Stream<Instance> rolling = tentative(app)
                .filter(instance -> instance.isReady() && !instance.process().isOver());
        return Batch.endpoints(
                members(Stream.concat(current(app).stream(), rolling).distinct().toList()));
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

    private List<Instance> find(Stream<String> ids) {
        return ids.flatMap(id -> launcher.find(id).stream()).toList();
    }

    private static List<Member> members(List<Instance> instances) {
        return instances.stream().map(Instance::member).toList();
    }
}
