package dev.tinyserv.agent.run;

import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.deploy.OneOff;
import dev.tinyserv.buildpacks.base.Durations;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Runs a one-off to its end. */
final class OneOffRun {
    private final Launcher launcher;
    private final Ending ending;
    private final OneOff once;
    private final Job job;

    OneOffRun(Launcher launcher, Ending ending, OneOff once) {
        this.launcher = launcher;
        this.ending = ending;
        this.once = once;
        this.job = new Job(once.release(), once.name(), once.command(), TypeSettings.DEFAULT, Limits.NONE);
    }

    /** Blocks until nothing of it is left, unless the agent leaves. */
    OneOff.Outcome run(Cancellation cancellation) {
        cancellation.check();
        Instance instance = launcher.oneOff(job, once.streams().input());
        LastLines last = new LastLines(once.streams().output());
        RawTail tail = new RawTail(instance.rawOutput(), last);
        boolean ended = await(instance, tail, cancellation);
        ExitStatus status = instance.process().exitStatus();
        if (launcher.life().isLeaving() && !ended) {
            throw new Refusal("the agent is stopping; " + job.title() + " did not end; try again later");
        }
        if (ended) {
            tail.finish();
        }
        ending.end(List.of(instance), null);
        if (!ended) {
            cancellation.check();
            throw new Refusal(job.title() + " did not end within " + Durations.of(once.limit())
                    + " and was ended; make it quicker, or raise TINYSERV_RELEASE_TIMEOUT");
        }
        String cause = status.isSuccess() ? "" : launcher.explained(job, instance, status, last.lines());
        return new OneOff.Outcome(job.title(), status, cause);
    }

    private boolean await(Instance instance, RawTail tail, Cancellation cancellation) {
        long start = System.nanoTime();
        Pauses pauses = new Pauses();
        while (!instance.process().isOver()) {
            boolean late = System.nanoTime() - start >= once.limit().toNanos();
            if (late || cancellation.isCancelled() || !launcher.life().isWorking()) {
                return false;
            }
            tail.poll();
            try {
                pauses.pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Passes lines on to their reader and keeps the last ones. */
    private static final class LastLines implements Consumer<String> {
        private static final int MOST = 20;

        private final Consumer<String> reader;
        private final Deque<String> lines = new ArrayDeque<>();

        LastLines(Consumer<String> reader) {
            this.reader = reader;
        }

        @Override
        public void accept(String line) {
            reader.accept(line);
            lines.addLast(line);
            if (lines.size() > MOST) {
                lines.removeFirst();
            }
        }

        List<String> lines() {
            return List.copyOf(lines);
        }
    }
}
