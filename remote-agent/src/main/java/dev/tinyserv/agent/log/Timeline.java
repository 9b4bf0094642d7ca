package dev.tinyserv.agent.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One app's timeline. Only the collector's thread writes to it; any thread may look at {@link #extent}, wait for
 * {@link #signal} and {@link #lose} lines. A full disk costs the lines of that time, which are counted, and nothing
 * else.
 */
final class Timeline {
    private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);
    private static final int BATCH = 64 * 1024;

    private final Path folder;
    private final Segments segments;
    private final Clock clock;
    private final Signal signal = new Signal();
    private final AtomicReference<Lost> lost = new AtomicReference<>(new Lost(0, ""));
    private volatile Extent extent = Extent.EMPTY;
    private volatile boolean ended;

    private ByteArrayOutputStream batch = new ByteArrayOutputStream(0);
    private int batchedLines;
    private boolean loaded;
    private boolean failing;
    private Instant last = Instant.EPOCH;
    private String stamp = "";

    /** How many lines are missing, and why the last of them are. */
    private record Lost(long lines, String why) {}

    Timeline(Path folder, long limit, Clock clock) {
        this.folder = folder;
        this.segments = new Segments(folder, limit);
        this.clock = clock;
    }

    /** The segments that can be read now; {@link Extent#EMPTY} before the first {@link #open} or {@link #flush}. */
    Extent extent() {
        return extent;
    }

    /** The signal that is raised when the extent has changed or the timeline has ended. */
    Signal signal() {
        return signal;
    }

    /** Whether the timeline has ended: nothing will be added any more. */
    boolean ended() {
        return ended;
    }

    Path path(Extent.Segment segment) {
        return segments.path(segment);
    }

    /** Makes what an earlier agent wrote readable. A failure is logged, and tried again later. */
    void open() {
        if (!loaded) {
            try {
                load();
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    private void failed(IOException e) {
        if (!failing) {
            failing = true;
            LOG.error(
                    "cannot keep the log in {}; its lines are dropped until that works again: {}",
                    folder,
                    e.toString());
        }
    }

    private void load() throws IOException {
        segments.load().filter(last::isBefore).ifPresent(time -> last = time);
        loaded = true;
        extent = segments.extent();
    }

    /** Whether lines wait for a {@link #flush}. */
    boolean hasBatch() {
        return batchedLines > 0;
    }

    /** Counts lines that were dropped before they came here. Any thread. */
    void lose(String why, long lines) {
        lost.updateAndGet(before -> new Lost(before.lines() + lines, why));
    }

    /** Takes a line. It is written with the next {@link #flush} at the latest. */
    void add(String source, String process, String message) {
        if (batchedLines == 0) {
            open();
            stamp = stamp();
        }
        byte[] line = line(source, process, message);
        if (batchedLines > 0 && batch.size() + line.length > Math.min(BATCH, segments.segmentLimit())) {
            flush();
            stamp = stamp();
        }
        batch.writeBytes(line);
        batchedLines++;
    }

    private byte[] line(String source, String process, String message) {
        return (new LogLine(stamp, source, process, message).text() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The time now, but never before that of an earlier line, whatever the clock does. */
    private String stamp() {
        Instant now = clock.instant();
        if (now.isAfter(last)) {
            last = now;
        }
        return LogLine.stamp(last);
    }

    /** Writes the lines that wait. If that fails, they are dropped and counted. */
    void flush() {
        if (batchedLines == 0 || ended) {
            return;
        }
        byte[] lines = batch.toByteArray();
        int count = batchedLines;
        batch = new ByteArrayOutputStream(Math.min(lines.length, 8192));
        batchedLines = 0;
        try {
            if (!loaded) {
                load();
            }
            append(lines);
            failing = false;
        } catch (IOException e) {
            lose(reason(e), count);
            failed(e);
        }
        extent = segments.extent();
        signal.raise();
    }

    private void append(byte[] lines) throws IOException {
        Lost told = Objects.requireNonNull(lost.get());
        if (told.lines() == 0) {
            segments.append(lines);
            return;
        }
        byte[] note = line("tinyserv", "log", told.lines() + " lines were dropped here: " + told.why());
        byte[] all = Arrays.copyOf(note, note.length + lines.length);
        System.arraycopy(lines, 0, all, note.length, lines.length);
        segments.append(all);
        lost.updateAndGet(now -> new Lost(now.lines() - told.lines(), now.why()));
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message.replace('\n', ' ');
    }

    /** Writes the lines that wait, and ends the timeline for all who follow it. */
    void end() {
        flush();
        ended = true;
        signal.raise();
    }

    /** Ends the timeline and deletes its files. */
    void delete() throws IOException {
        ended = true;
        signal.raise();
        segments.delete();
    }
}
