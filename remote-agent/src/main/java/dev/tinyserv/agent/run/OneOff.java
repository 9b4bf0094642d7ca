package dev.tinyserv.agent.run;

import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.Events;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Runs a command of a release to its end, such as its release phase. */
final class OneOff {
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private final Launcher launcher;
    private final Ending ending;
    private final Life life;
    private final Events events;

    OneOff(Launcher launcher, Ending ending, Life life, Events events) {
        this.launcher = launcher;
        this.ending = ending;
        this.life = life;
        this.events = events;
    }

    void run(Release release, MainProcess main, Duration limit, Transcript transcript, Cancellation cancellation) {
        cancellation.check();
        Instance instance = launcher.oneOff(release, main);
        LastLines last = new LastLines(transcript);
        RawTail tail = new RawTail(instance.rawOutput(), last::add);
        boolean ended = await(instance, limit, tail, cancellation);
        OptionalInt status = instance.process().exitStatus();
        if (life.isLeaving() && !ended) {
            throw new Refusal("the agent is stopping; " + instance.record().title() + " did not end; try again later");
        }
        if (ended) {
            tail.finish();
        }
        ending.end(List.of(instance), null);
        String title = instance.record().title();
        if (ended) {
            events.publish(new Event.Ran(instance.app(), main.name() + " " + Wording.ended(status)));
            if (status.isEmpty() || status.getAsInt() != 0) {
                throw new Refusal(title + " " + Wording.ended(status)
                        + launcher.explained(release, main, instance.record(), status, last.lines()));
            }
            return;
        }
        cancellation.check();
        throw new Refusal(title + " did not end within " + Wording.time(limit)
                + " and was ended; make it quicker, or raise TINYSERV_RELEASE_TIMEOUT");
    }

    private boolean await(Instance instance, Duration limit, RawTail tail, Cancellation cancellation) {
        long start = System.nanoTime();
        long pause = FIRST_PAUSE_MILLIS;
        while (!instance.process().isOver()) {
            boolean late = System.nanoTime() - start >= limit.toNanos();
            if (late || cancellation.isCancelled() || !life.isWorking()) {
                return false;
            }
            tail.poll();
            try {
                TimeUnit.MILLISECONDS.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
        return true;
    }

    /** The end of what the command printed, on its way to the pusher. */
    private static final class LastLines {
        private static final int MOST = 20;

        private final Transcript transcript;
        private final Deque<String> lines = new ArrayDeque<>();

        LastLines(Transcript transcript) {
            this.transcript = transcript;
        }

        void add(String line) {
            transcript.detail(line);
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
