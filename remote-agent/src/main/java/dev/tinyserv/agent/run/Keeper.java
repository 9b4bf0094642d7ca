package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.machine.Watch;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Slot.Starting;
import dev.tinyserv.buildpacks.base.Refusal;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the slots of all apps. The keeper notices when a current instance ends, and starts it again when its slot says
 * so. What takes time happens in worker threads. Safe for several threads, but for {@link Watch.Listener}.
 */
final class Keeper implements Watch.Listener {
    private static final String EXIT = ".exit";
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** The least number of instances checked each second; a tenth of all if that is more. */
    private static final int LOOKS = 20;

    private final Map<AppName, SortedMap<ProcessName, Slot>> slots = new ConcurrentHashMap<>();
    private final Timers timers = new Timers();
    private final Workers workers = new Workers();
    private final Launcher launcher;
    private final Boot boot;
    private final Ending ending;
    private final Events events;
    private final Clocks clocks;
    private Iterator<Instance> round = Collections.emptyIterator();

    Keeper(Launcher launcher, Boot boot, Ending ending, Events events, Clocks clocks) {
        this.launcher = launcher;
        this.boot = boot;
        this.ending = ending;
        this.events = events;
        this.clocks = clocks;
    }

    /** The slots that an app has had in this agent's life. */
    SortedMap<ProcessName, Slot> slots(AppName app) {
        return slots.computeIfAbsent(app, name -> new ConcurrentSkipListMap<>());
    }

    Slot slot(AppName app, ProcessName name) {
        return slots(app).computeIfAbsent(name, unused -> new Slot());
    }

    List<Slot> all() {
        return slots.values().stream().flatMap(each -> each.values().stream()).toList();
    }

    Workers workers() {
        return workers;
    }

    @Override
    public void appeared(String name) {
        if (name.endsWith(EXIT) && launcher.life().isWorking()) {
            launcher.find(name.substring(0, name.length() - EXIT.length())).ifPresent(this::look);
        }
    }

    /**
     * Runs due timers, and checks some instances, because the kernel tells nothing of a killed shim: each instance
     * within a second while there are few, and within ten seconds however many there are.
     */
    @Override
    public void tick() {
        if (!launcher.life().isWorking()) {
            return;
        }
        timers.due(clocks.nanos()).forEach(Runnable::run);
        int looks = Math.max(LOOKS, launcher.instances().size() / 10);
        if (!round.hasNext()) {
            round = launcher.instances().iterator();
        }
        for (int i = 0; i < looks && round.hasNext(); i++) {
            look(round.next());
        }
    }

    @Override
    public void lookAtAll() {
        if (launcher.life().isWorking()) {
            launcher.instances().forEach(this::look);
        }
    }

    /** Notes the end of a current instance once; does nothing for any other instance. */
    void look(Instance instance) {
        Slot slot = slots(instance.app()).get(instance.name());
        if (slot == null
                || slot.current().filter(instance.id()::equals).isEmpty()
                || !instance.process().isOver()) {
            return;
        }
        ExitStatus status = instance.process().exitStatus();
        slot.exited(instance.id(), status, clocks.now(), clocks.nanos()).ifPresent(restart -> {
            Duration ran = Duration.between(instance.record().createdAt(), clocks.now());
            events.publish(new RunEvent.Exited(instance.app(), instance.name(), status, ran, restart));
            inBackground(instance, () -> afterCrash(slot, instance));
        });
    }

    private void afterCrash(Slot slot, Instance instance) {
        endpointsChanged(instance.app());
        ending.end(List.of(instance), null);
        slot.cleared(instance.id()).ifPresent(due -> startAt(due, slot));
    }

    /** Starts the process of the slot when it is due, in this thread if that is now. */
    private void startAt(long due, Slot slot) {
        Optional<Starting> start = launcher.life().isWorking() ? slot.startIfDue(clocks.nanos()) : Optional.empty();
        if (start.isPresent()) {
            run(slot, start.get());
        } else {
            startLater(due, slot);
        }
    }

    private void startLater(long due, Slot slot) {
        timers.at(
                due,
                () -> slot.startIfDue(clocks.nanos())
                        .ifPresent(start ->
                                workers.execute(start.job().app(), start.job().inFull(), () -> run(slot, start))));
    }

    void inBackground(Instance instance, Runnable work) {
        workers.execute(instance.app(), instance.record().inFull(), work);
    }

    /** Carries the start out in this thread. Never throws because of what the app does. */
    void run(Slot slot, Starting start) {
        Job job = start.job();
        try {
            Instance instance = boot.start(job, start.restarts(), start.crashes(), line -> {}, start.cancellation());
            if (!slot.started(start, instance.occupant())) {
                ending.end(List.of(instance), "it is not wanted any more");
                return;
            }
            if (slot.isTentative()) {
                launcher.assignForNow(instance);
            }
            if (!slot.isTentative()) { // asked again, because it may have been promoted meanwhile
                launcher.assign(instance, Role.CURRENT);
            }
            endpointsChanged(job.app());
            look(instance);
        } catch (RuntimeException e) {
            failed(slot, start, e);
        } finally {
            start.done().countDown();
        }
    }

    private void failed(Slot slot, Starting start, RuntimeException problem) {
        if (!launcher.life().isWorking()) {
            return; // it was given up because we stop
        }
        Job job = start.job();
        if (!(problem instanceof Refusal)) {
            LOG.error("cannot start {}", job.inFull(), problem);
        }
        ExitStatus status = problem instanceof Boot.Failed failure ? failure.status() : ExitStatus.UNKNOWN;
        slot.startFailed(start, status, clocks.now(), clocks.nanos()).ifPresent(restart -> {
            String why = String.valueOf(problem.getMessage());
            events.publish(new RunEvent.NotStarted(job.app(), job.name(), why, status, restart));
            startLater(clocks.nanos() + restart.delay().toNanos(), slot);
        });
    }

    void endpointsChanged(AppName app) {
        events.publish(new RunEvent.EndpointsChanged(app));
    }

    /** Cancels the start if one is under way. */
    static void cancel(Slot.Phase phase, String why) {
        if (phase instanceof Starting starting) {
            starting.cancellation().cancel(why);
        }
    }
}
