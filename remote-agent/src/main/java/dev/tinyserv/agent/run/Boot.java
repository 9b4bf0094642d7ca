package dev.tinyserv.agent.run;

import dev.tinyserv.agent.config.AgentSettings;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.log.ProcessOutput;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.runtime.Gate;
import dev.tinyserv.agent.run.runtime.GateOutcome;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Starts the main process of a release and sees it through its gate; what does not pass is ended. */
final class Boot {
    private static final int PORTS_TO_TRY = 3;
    private static final int LAST_LINES = 20;
    private static final Duration PROOF_OF_LIFE = Duration.ofSeconds(1);

    private final AgentSettings settings;
    private final Launcher launcher;
    private final Ending ending;
    private final ProcessOutput output;
    private final Life life;
    private final Events events;
    private final Clock clock;
    private final LongSupplier nanos;

    Boot(
            AgentSettings settings,
            Launcher launcher,
            Ending ending,
            ProcessOutput output,
            Life life,
            Events events,
            Clock clock,
            LongSupplier nanos) {
        this.settings = settings;
        this.launcher = launcher;
        this.ending = ending;
        this.output = output;
        this.life = life;
        this.events = events;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** A ready candidate; refuses with the reason if there will be none, and then nothing of it is left. */
    Instance start(Release release, int restarts, int crashes, Transcript transcript, Cancellation cancellation) {
        MainProcess main = MainProcess.of(release);
        for (int attempt = 1; ; attempt++) {
            cancellation.check();
            Instance instance = launcher.candidate(release, main, restarts, crashes);
            GateOutcome outcome = await(main, instance, transcript, cancellation);
            if (outcome instanceof GateOutcome.Passed passed) {
                pass(instance, passed);
                return instance;
            }
            if (life.isLeaving()) {
                throw new Refusal("the agent is stopping; " + instance.record().title()
                        + " will be ended when it is back; try again then");
            }
            ending.end(List.of(instance), null);
            if (outcome instanceof GateOutcome.Squatted && attempt < PORTS_TO_TRY) {
                events.publish(new Event.Ran(
                        release.app(),
                        main.name() + " gets another port: a stranger listens on "
                                + instance.record().port()));
                continue;
            }
            cancellation.check();
            List<String> lines = output.lastLines(instance.id(), LAST_LINES);
            lines.forEach(transcript::detail);
            if (outcome instanceof GateOutcome.Exited exited) {
                String why = launcher.explained(release, main, instance.record(), exited.status(), lines);
                throw new BootFailed(reason(main, instance, outcome) + why, exited.status());
            }
            throw new BootFailed(reason(main, instance, outcome), OptionalInt.empty());
        }
    }

    private void pass(Instance instance, GateOutcome.Passed passed) {
        instance.ready(passed.endpoint(), clock.instant(), nanos.getAsLong());
        Duration took = Duration.between(instance.record().createdAt(), clock.instant());
        events.publish(
                new Event.Ran(instance.app(), instance.record().name() + " is up after " + took.toMillis() + " ms"));
    }

    private GateOutcome await(MainProcess main, Instance instance, Transcript transcript, Cancellation cancellation) {
        BooleanSupplier unwanted = () -> cancellation.isCancelled() || !life.isWorking();
        try {
            if (!main.isWeb()) {
                return new Gate(instance.process(), PROOF_OF_LIFE, unwanted).untilItHasLived();
            }
            return new Gate(instance.process(), settings.bootTimeout(), unwanted)
                    .untilItListens(portOf(instance), others -> tellLate(instance, others, transcript));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new GateOutcome.Cancelled();
        }
    }

    /** What would be the reason of a failure is of use before: it is told at once, and waiting goes on. */
    private void tellLate(Instance instance, Set<Integer> otherPorts, Transcript transcript) {
        String port = "$PORT (" + portOf(instance) + ")";
        String what = otherPorts.isEmpty()
                ? " does not listen on " + port + " yet"
                : " listens on " + listed(otherPorts) + " and not on " + port + " yet";
        String text = instance.record().name() + what + "; waiting for up to " + Wording.time(settings.bootTimeout());
        if (otherPorts.isEmpty()) {
            transcript.detail(text);
        } else {
            transcript.problem(text);
        }
        events.publish(new Event.Ran(instance.app(), text));
    }

    private static String listed(Set<Integer> ports) {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private String reason(MainProcess main, Instance instance, GateOutcome outcome) {
        String title = instance.record().title();
        if (outcome instanceof GateOutcome.Exited exited) {
            String before = main.isWeb()
                    ? " before it listened on port " + portOf(instance)
                    : " within " + Wording.time(PROOF_OF_LIFE) + " of its start";
            return title + " " + Wording.ended(exited.status()) + before;
        }
        if (outcome instanceof GateOutcome.TimedOut late) {
            return title + " did not listen on port " + portOf(instance) + " within "
                    + Wording.time(settings.bootTimeout()) + hint(late.otherPorts());
        }
        if (outcome instanceof GateOutcome.Squatted) {
            return title + " found a stranger on each of the " + PORTS_TO_TRY + " ports it was given, at last on "
                    + portOf(instance) + "; set TINYSERV_INSTANCE_PORTS to ports that nothing else uses";
        }
        return title + " was not wanted any more before it was ready";
    }

    private static String hint(Set<Integer> otherPorts) {
        if (otherPorts.isEmpty()) {
            return "; does it use $PORT?";
        }
        return ": it listens on " + listed(otherPorts) + " instead of $PORT";
    }

    private static int portOf(Instance instance) {
        @Nullable Integer port = instance.record().port();
        return Objects.requireNonNull(port);
    }
}
