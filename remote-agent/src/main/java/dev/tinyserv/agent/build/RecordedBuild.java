package dev.tinyserv.agent.build;

import dev.tinyserv.agent.build.BuildRecord.Result;
import dev.tinyserv.agent.build.BuildRecord.Step;
import dev.tinyserv.agent.event.BuildEvent;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A build that is under way: hands its lines on, keeps up to 256 Ki characters of them, and notes when each step began.
 * A failure to keep them is logged and does not fail the build. Safe for several threads.
 */
final class RecordedBuild implements Transcript {
    private static final Logger LOG = LoggerFactory.getLogger(RecordedBuild.class);
    private static final String STEP = "-----> ";
    private static final int MAX_CHARACTERS = 256 * 1024;
    private static final int MOST_STEPS = 100;
    private static final int LONGEST_REASON = 300;
    private static final String ENDED = " was ended: ";

    private final int number;
    private final String commit;
    private final Instant startedAt;
    private final Clock clock;
    private final Cancellation cancellation;
    private final Transcript next;
    private final boolean kept;
    private final List<Step> steps = new ArrayList<>();
    private @Nullable Writer output;
    private @Nullable String step;
    private @Nullable Instant admittedAt;
    private Instant stepBegan;
    private int written;
    private volatile long bytes;

    /** Begins a build now. Its lines are kept in the output; if that is null, they are not kept. */
    RecordedBuild(
            int number,
            String commit,
            Clock clock,
            Cancellation cancellation,
            Transcript next,
            @Nullable Writer output) {
        this.number = number;
        this.commit = commit;
        this.clock = clock;
        this.cancellation = cancellation;
        this.next = next;
        this.output = output;
        this.kept = output != null;
        this.startedAt = clock.instant();
        this.stepBegan = startedAt;
    }

    int number() {
        return number;
    }

    /** Whether there is a file for what it prints. */
    boolean isKept() {
        return kept;
    }

    /** Notes the size of the slug in bytes. */
    void made(long size) {
        bytes = size;
    }

    /** Notes that the build has got its turn, and begins its first step. */
    synchronized void admitted() {
        admittedAt = clock.instant();
        begin("Checking out files");
    }

    /** Begins a step without showing it to the pusher. */
    synchronized void begin(String name) {
        endStep();
        step = name;
    }

    void cancel(String why) {
        cancellation.cancel(why);
    }

    @Override
    public void line(String line) {
        next.line(line);
        keep(line);
    }

    private synchronized void keep(String line) {
        if (line.startsWith(STEP)) {
            begin(line.substring(STEP.length()));
        }
        if (written < MAX_CHARACTERS) {
            written += line.length() + 1;
            write((written < MAX_CHARACTERS ? line : "(what followed was not kept)") + "\n");
        }
    }

    private void write(String text) {
        Writer to = output;
        if (to == null) {
            return;
        }
        try {
            to.write(text);
            to.flush();
        } catch (IOException e) {
            LOG.warn("the output of build {} is not kept any further: {}", number, e.getMessage());
            output = null;
        }
    }

    private void endStep() {
        Instant now = clock.instant();
        if (step != null && steps.size() < MOST_STEPS) {
            steps.add(new Step(step, Duration.between(stepBegan, now).toMillis()));
        }
        step = null;
        stepBegan = now;
    }

    synchronized BuildEvent.Times times() {
        Instant now = clock.instant();
        Instant began = admittedAt == null ? now : admittedAt;
        return new BuildEvent.Times(Duration.between(startedAt, began), Duration.between(began, now));
    }

    /** The record up to now. */
    synchronized BuildRecord soFar() {
        return record(admittedAt == null ? Result.WAITING : Result.RUNNING, null, null);
    }

    /**
     * Ends the build and returns its record.
     *
     * @param slug the result; null if the build failed
     * @param reason why it failed; null if it did not
     */
    synchronized BuildRecord finish(@Nullable Slug slug, @Nullable String reason) {
        endStep();
        if (reason != null) {
            reason.lines().forEach(line -> keep(Transcript.PROBLEM + line)); // the pusher reads it from whoever called
        }
        closeOutput();
        Result result = slug != null ? Result.SUCCEEDED : cancellation.isCancelled() ? Result.CANCELLED : Result.FAILED;
        return record(result, reason, slug == null ? null : slug.id());
    }

    private void closeOutput() {
        Writer ended = output;
        output = null;
        if (ended == null) {
            return;
        }
        try {
            ended.close();
        } catch (IOException e) {
            LOG.warn("the output of build {} is not whole: {}", number, e.getMessage());
        }
    }

    /** The first line of the reason; of a cancelled build, who cancelled it rather than which command that ended. */
    private static String firstLine(Result result, String reason) {
        String first = reason.lines().findFirst().orElse("");
        int how = result == Result.CANCELLED ? first.indexOf(ENDED) : -1;
        return Printable.shortened(how < 0 ? first : first.substring(how + ENDED.length()), LONGEST_REASON);
    }

    private BuildRecord record(Result result, @Nullable String reason, @Nullable String slug) {
        return new BuildRecord(
                number,
                commit,
                startedAt,
                Duration.between(startedAt, clock.instant()).toMillis(),
                result,
                reason == null ? null : firstLine(result, reason),
                slug,
                slug == null ? 0 : bytes,
                steps);
    }
}
