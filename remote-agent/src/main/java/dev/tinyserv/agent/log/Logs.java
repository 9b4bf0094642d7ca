package dev.tinyserv.agent.log;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.store.OwnFile;
import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timeline per app: what its processes print, what the platform does with them, and requests. A timeline takes no
 * more of the disk than {@link LogSettings#logBytes()}; its oldest lines go first. All lines are in the order in which
 * they were picked up, and so are their times, also when the clock is set back. Safe for use by several threads.
 *
 * <p>A process appends to a raw file of its own, so it prints on while no agent runs. After a proper {@link #close} a
 * successor goes on exactly where this one ended; after a crash a few lines may be there twice and none is missing.
 * Lines that were printed before collecting began are marked {@code (late)}, since their time is not that of printing.
 */
public final class Logs implements ProcessOutput, AutoCloseable {
    /** The most past lines that {@link #tail} and {@link #follow} show; a larger count is taken as this one. */
    public static final int MOST_LINES = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Logs.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final int MOST_WAITING = 10_000;
    private static final long MOST_CHARACTERS = 8L << 20;

    private final Layout layout;
    private final Clock clock;
    private final CollectorThread thread = new CollectorThread();
    private final Collector collector;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable OutputWatch watch;

    /**
     * Begins to collect. The folder of raw files is made if need be.
     *
     * @throws Refusal if the folder cannot be made
     */
    public Logs(LogSettings settings, Clock clock) {
        this(settings.layout(), settings.logBytes(), clock, new HolePunch("fallocate"));
    }

    Logs(Layout layout, long limit, Clock clock, HolePunch punch) {
        this.layout = layout;
        this.clock = clock;
        try {
            Files.createDirectories(layout.output(), OwnFile.FOLDER_MODE);
        } catch (IOException e) {
            throw new Refusal("cannot make " + layout.output() + ": " + e + "; check who owns TINYSERV_ROOT", e);
        }
        this.collector = new Collector(layout, limit, clock, punch, thread);
        this.watch = watch();
    }

    private @Nullable OutputWatch watch() {
        try {
            return new OutputWatch(layout.output(), collector::changed, collector::anythingChanged, collector::poll);
        } catch (IOException e) {
            LOG.warn("cannot watch {}, looking twice a second instead: {}", layout.output(), e.toString());
            collector.poll();
            return null;
        }
    }

    /**
     * Adds a message of the platform. It is in the timeline soon after. If 10,000 messages wait already, because the
     * disk is too slow, this one is dropped and counted.
     *
     * @param source {@code tinyserv} or {@code router}
     * @param process the part of the source, or the process that the message is about
     * @param message each of its lines becomes one line
     * @throws IllegalArgumentException if source or process is no such name
     */
    public void append(AppName app, String source, String process, String message) {
        checkName(source);
        checkName(process);
        if (!waiting.tryAcquire()) {
            collector.timeline(app).lose("there were too many at once", 1);
            return;
        }
        thread.execute(() -> {
            waiting.release();
            collector.append(app, source, process, message);
        });
    }

    @Override
    public Path collect(AppName app, String process, String id) {
        checkName(process);
        checkName(id);
        thread.run(() -> collector.start(app, process, id));
        return RawFile.pathOf(layout.output(), id);
    }

    @Override
    public void finish(String id) {
        checkName(id);
        thread.run(() -> collector.finish(id));
    }

    @Override
    public List<String> lastLines(String id, int count) {
        return thread.call(() -> collector.lastLines(id, count)).orElse(List.of());
    }

    /**
     * Finishes the output of processes that an earlier agent collected and this one was not asked to collect. To be
     * called once all instances were recovered.
     */
    public void finishUnclaimed() {
        thread.run(() -> collector.finishUnclaimed());
    }

    /**
     * The last lines that the filter lets through, oldest first, at most 8 Mi characters. They include what was printed
     * by now, but for a process that is more than about 1 MiB behind.
     *
     * @param count how many lines; 0 to {@link #MOST_LINES}
     */
    public List<LogLine> tail(AppName app, int count, LogFilter filter) {
        Timeline timeline = upToDate(app);
        Extent extent = timeline.extent();
        LogReader reader = new LogReader(timeline);
        Deque<LogLine> lines = new ArrayDeque<>();
        long characters = 0;
        long position = reader.startOfLast(extent, bounded(count), filter);
        while (position < extent.end()) {
            LogReader.Chunk chunk = reader.read(extent, position);
            for (LogReader.StoredLine stored : chunk.lines()) {
                LogLine line =
                        LogLine.parse(stored.text()).filter(filter::matches).orElse(null);
                if (line != null) {
                    lines.add(line);
                    characters += stored.text().length();
                }
            }
            while (characters > MOST_CHARACTERS) {
                characters -= lines.remove().text().length();
            }
            position = chunk.next();
        }
        return List.copyOf(lines);
    }

    /**
     * Gives the last lines that the filter lets through to the sink, and then every new one, in the calling thread.
     * This returns on cancellation, when the sink throws, when the app is forgotten, on {@link #close} and on an
     * interrupt. A sink so slow that rotation overtakes it gets a line that tells how many bytes it missed.
     *
     * @param count how many past lines; 0 to {@link #MOST_LINES}
     */
    public void follow(AppName app, int count, LogFilter filter, LineSink sink, Cancellation cancellation) {
        new Follower(upToDate(app), filter, sink, cancellation, clock).run(bounded(count));
    }

    private Timeline upToDate(AppName app) {
        return thread.call(() -> collector.upToDate(app)).orElseGet(() -> collector.timeline(app));
    }

    private static int bounded(int count) {
        return Math.max(0, Math.min(count, MOST_LINES));
    }

    /** Deletes an app's timeline and what its processes printed; those who follow it see its end. */
    public void forget(AppName app) {
        thread.run(() -> collector.forget(app));
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no name for a timeline: " + Printable.shortened(name, 40));
        }
    }

    /**
     * Collects what was printed by now, and ends. What is printed from now on is collected by a successor. Followers
     * end. A second call does nothing.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (watch != null) {
                watch.close();
            }
        } catch (IOException e) {
            LOG.warn("cannot end watching", e);
        }
        thread.run(() -> collector.settle());
        thread.close();
    }
}
