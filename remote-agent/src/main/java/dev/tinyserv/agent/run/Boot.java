package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.deploy.DeploySettings;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.run.runtime.Gate;
import dev.tinyserv.agent.run.runtime.GateOutcome;
import dev.tinyserv.buildpacks.base.Durations;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Starts a process and waits until it has passed its gate. A process that does not pass is ended. */
record Boot(DeploySettings settings, Launcher launcher, Ending ending, Events events, Clocks clocks) {
    private static final int PORTS_TO_TRY = 3;
    private static final int LAST_LINES = 20;
    private static final Duration PROOF_OF_LIFE = Duration.ofSeconds(1);

    /** A process did not become ready. */
    static final class Failed extends Refusal {
        private static final long serialVersionUID = 1L;

        private final transient ExitStatus status;

        Failed(String message, ExitStatus status) {
            super(message);
            this.status = status;
        }

        /** How the process ended; unknown if it did not. */
        ExitStatus status() {
            return status;
        }
    }

    /** Starts candidates side by side; returns them ready, by name. If one fails, all are ended. */
    List<Instance> startAll(List<Job> jobs, Workers workers, Transcript transcript, Cancellation cancellation) {
        SortedMap<ProcessName, Instance> started = new ConcurrentSkipListMap<>();
        AtomicReference<@Nullable RuntimeException> problem = new AtomicReference<>();
        Cancellation together = new Cancellation();
        Cancellation.Registration registration = cancellation.onCancel(() -> together.cancel("as all of them"));
        workers.each(jobs, job -> {
            try {
                started.put(job.name(), start(job, 0, 0, transcript, together));
            } catch (RuntimeException e) {
                problem.compareAndSet(null, e);
                together.cancel(job.name() + " does not start");
            }
        });
        registration.close();
        RuntimeException first = problem.get();
        if (first != null) {
            ending.end(started.values(), null);
            cancellation.check();
            throw first;
        }
        return List.copyOf(started.values());
    }

    /** Starts one candidate and returns it ready. If it fails, it is ended and the reason is thrown. */
    Instance start(Job job, int restarts, int crashes, Transcript transcript, Cancellation cancellation) {
        if (job.settings().exclusive()) {
            endOthersOf(job);
        }
        for (int attempt = 1; ; attempt++) {
            cancellation.check();
            Instance instance = launcher.candidate(job, restarts, crashes);
            GateOutcome outcome = await(job, instance, transcript, cancellation);
            if (outcome instanceof GateOutcome.Passed passed) {
                pass(instance, passed);
                return instance;
            }
            if (launcher.life().isLeaving()) {
                throw new Refusal(
                        "the agent is stopping; " + job.title() + " will be ended when it is back; try again then");
            }
            ending.end(List.of(instance), null);
            if (outcome instanceof GateOutcome.Squatted && attempt < PORTS_TO_TRY) {
                events.publish(new RunEvent.PortTaken(job.app(), job.name(), portOf(instance)));
                continue;
            }
            cancellation.check();
            List<String> lines = launcher.lastLines(instance, LAST_LINES);
            lines.forEach(transcript::detail);
            throw failed(job, instance, outcome, lines);
        }
    }

    /** Never two of an exclusive type at a time: what is about to be ended is ended now. */
    private void endOthersOf(Job job) {
        List<Instance> others = launcher.instances(job.app()).stream()
                .filter(instance -> instance.name().type().equals(job.name().type())
                        && instance.record().role() != InstanceRecord.Role.ONE_OFF)
                .toList();
        ending.end(others, "another one is about to start, and " + job.name().type() + " is exclusive");
    }

    private void pass(Instance instance, GateOutcome.Passed passed) {
        instance.ready(passed.endpoint(), clocks.now(), clocks.nanos());
        Duration took = Duration.between(instance.record().createdAt(), clocks.now());
        OptionalLong pid = instance.process().commandPid();
        events.publish(new RunEvent.Ready(
                instance.app(), instance.name(), took, pid.isPresent() ? Long.valueOf(pid.getAsLong()) : null));
    }

    private GateOutcome await(Job job, Instance instance, Transcript transcript, Cancellation cancellation) {
        BooleanSupplier unwanted =
                () -> cancellation.isCancelled() || !launcher.life().isWorking();
        try {
            if (!job.isWeb()) {
                return new Gate(instance.process(), PROOF_OF_LIFE, unwanted).untilItHasLived();
            }
            return new Gate(instance.process(), settings.bootTimeout(), unwanted)
                    .untilItListens(portOf(instance), others -> tellLate(instance, others, transcript));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new GateOutcome.Cancelled();
        }
    }

    /** Tells at once what the reason of a failure would be, while waiting goes on. */
    private void tellLate(Instance instance, SortedSet<Integer> otherPorts, Transcript transcript) {
        var late = new RunEvent.Late(
                instance.app(), instance.name(), portOf(instance), otherPorts, settings.bootTimeout());
        if (otherPorts.isEmpty()) {
            transcript.detail(late.text());
        } else {
            transcript.problem(late.text());
        }
        events.publish(late);
    }

    private Failed failed(Job job, Instance instance, GateOutcome outcome, List<String> lines) {
        if (outcome instanceof GateOutcome.Exited exited) {
            String before = job.isWeb()
                    ? " before it listened on port " + portOf(instance)
                    : " within " + Durations.of(PROOF_OF_LIFE) + " of its start";
            String why = launcher.explained(job, instance, exited.status(), lines);
            return new Failed(job.title() + " " + exited.status() + before + why, exited.status());
        }
        return new Failed(job.title() + reason(instance, outcome), ExitStatus.UNKNOWN);
    }

    private String reason(Instance instance, GateOutcome outcome) {
        if (outcome instanceof GateOutcome.TimedOut late) {
            return " did not listen on port " + portOf(instance) + " within " + Durations.of(settings.bootTimeout())
                    + hint(late.otherPorts());
        }
        if (outcome instanceof GateOutcome.Squatted) {
            return " found a stranger on each of the " + PORTS_TO_TRY + " ports it was given, at last on "
                    + portOf(instance) + "; set TINYSERV_INSTANCE_PORTS to ports that nothing else uses";
        }
        return " was not wanted any more before it was ready";
    }

    private static String hint(SortedSet<Integer> otherPorts) {
        if (otherPorts.isEmpty()) {
            return "; does it use $PORT?";
        }
        return ": it listens on " + otherPorts.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + " instead of $PORT";
    }

    private static int portOf(Instance instance) {
        @Nullable Integer port = instance.record().port();
        return Objects.requireNonNull(port);
    }
}
