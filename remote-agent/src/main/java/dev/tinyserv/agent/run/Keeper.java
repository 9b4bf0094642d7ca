package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.agent.run.Supervision.Starting;
import dev.tinyserv.agent.run.Supervision.Verdict;
import dev.tinyserv.buildpacks.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees when a current instance ends, and starts it again when the policy says so. */
final class Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Map<AppName, Supervision> supervisions = new ConcurrentHashMap<>();
    private final Map<Instance, Long> retired = new ConcurrentHashMap<>();
    private final Boot boot;
    private final Ending ending;
    private final InstanceRecords records;
    private final Life life;
    private final Events events;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Executor pool;
    private final Consumer<AppName> endpointsChanged;

    Keeper(
            Boot boot,
            Ending ending,
            InstanceRecords records,
            Life life,
            Events events,
            Clock clock,
            LongSupplier nanos,
            Executor pool,
            Consumer<AppName> endpointsChanged) {
        this.boot = boot;
        this.ending = ending;
        this.records = records;
        this.life = life;
        this.events = events;
        this.clock = clock;
        this.nanos = nanos;
        this.pool = pool;
        this.endpointsChanged = endpointsChanged;
    }

    Supervision of(AppName app) {
        return supervisions.computeIfAbsent(app, name -> new Supervision());
    }

    Map<AppName, Supervision> all() {
        return Map.copyOf(supervisions);
    }

    /** Looks at every app once; what takes time happens in the pool. */
    void check() {
        if (!life.isWorking()) {
            return;
        }
        supervisions.forEach((app, supervision) -> {
            supervision
                    .current()
                    .filter(instance -> instance.process().isOver())
                    .ifPresent(instance -> ended(supervision, instance));
            supervision
                    .startIfDue(nanos.getAsLong())
                    .ifPresent(start -> pool.execute(
                            new InstanceWork(app + " " + start.release().name(), () -> run(app, supervision, start))));
        });
        retired.forEach((instance, due) -> {
            if (nanos.getAsLong() - due >= 0 && retired.remove(instance) != null) {
                pool.execute(new InstanceWork(
                        instance.record().inFull(), () -> ending.end(List.of(instance), "another release took over")));
            }
        });
    }

    /** Ends the instance after a while, in which the requests that it still has may end. */
    void endLater(Instance instance, Duration delay) {
        records.update(instance.become(Role.RETIRED));
        retired.put(instance, nanos.getAsLong() + delay.toNanos());
    }

    /** Moves on from an instance that has ended; does nothing if somebody else has done that. */
    void ended(Supervision supervision, Instance instance) {
        OptionalInt status = instance.process().exitStatus();
        Optional<Verdict> verdict = supervision.crashed(instance, status, clock.instant(), nanos.getAsLong());
        verdict.ifPresent(what -> {
            String name = instance.record().name();
            tell(instance.app(), name + " " + Wording.ended(status) + consequence(what));
            pool.execute(new InstanceWork(instance.record().inFull(), () -> afterCrash(supervision, instance)));
        });
    }

    private void afterCrash(Supervision supervision, Instance instance) {
        changed(instance.app());
        ending.end(List.of(instance), null);
        supervision.cleared(instance);
        if (life.isWorking()) {
            supervision.startIfDue(nanos.getAsLong()).ifPresent(start -> run(instance.app(), supervision, start));
        }
    }

    /** Does the start, in this thread; never throws because of what the app does. */
    void run(AppName app, Supervision supervision, Starting start) {
        try {
            Instance instance =
                    boot.start(start.release(), start.restarts(), start.crashes(), line -> {}, start.cancellation());
            if (!supervision.started(start, instance)) {
                ending.end(List.of(instance), "it is not wanted any more");
                return;
            }
            records.update(instance.become(Role.CURRENT));
            changed(app);
        } catch (RuntimeException e) {
            failed(app, supervision, start, e);
        } finally {
            start.done().countDown();
        }
    }

    private void failed(AppName app, Supervision supervision, Starting start, RuntimeException problem) {
        if (!life.isWorking()) {
            return; // it was given up because we stop
        }
        if (!(problem instanceof Refusal)) {
            LOG.error("cannot start {} {}", app, start.release().name(), problem);
        }
        ProcessType type = MainProcess.typeIn(start.release());
        OptionalInt status = problem instanceof BootFailed failure ? failure.status() : OptionalInt.empty();
        supervision
                .startFailed(start, type, status, clock.instant(), nanos.getAsLong())
                .ifPresent(what -> tell(app, type + ".1 does not start: " + problem.getMessage() + consequence(what)));
    }

    /** Tells that other endpoints hold now; whoever listens must not keep us from going on. */
    void changed(AppName app) {
        try {
            endpointsChanged.accept(app);
        } catch (RuntimeException e) {
            LOG.error("the change of the endpoints of {} did not arrive", app, e);
        }
    }

    private void tell(AppName app, String text) {
        events.publish(new Event.Ran(app, text));
    }

    private static String consequence(Verdict verdict) {
        String next = verdict.delay().isZero() ? "now" : "in " + Wording.time(verdict.delay());
        return " (crash " + verdict.count() + "); next start " + next;
    }
}
