package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A transcript whose reader delays nobody: a thread of its own writes, and lines beyond the queue's limit are dropped
 * and counted.
 */
public final class QueuedTranscript implements Transcript {
    private static final int MAX_QUEUED_CHARS = 512 * 1024;
    private static final int MAX_LINE_CHARS = 4000;

    private final Deque<String> lines = new ArrayDeque<>();
    private final Reader reader;
    private final long patienceNanos;
    private int queuedChars;
    private int dropped;
    private boolean ending;
    private boolean done;

    /** Who reads the lines. Called by one thread, which may block. */
    @FunctionalInterface
    public interface Reader {
        /** Takes lines, which are escaped. After an exception nothing more comes. */
        void take(List<String> lines) throws IOException;

        /** No line came for a while. */
        default void silence() throws IOException {}

        /** Writing has failed. */
        default void gone() {}
    }

    /**
     * Starts writing.
     *
     * @param name the thread's
     * @param patience after how long without a line the reader is told of silence
     */
    public QueuedTranscript(String name, Reader reader, Duration patience) {
        this.reader = reader;
        this.patienceNanos = patience.toNanos();
        Daemon.start(name, this::write);
    }

    @Override
    public void line(String line) {
        String safe = Printable.shortened(line, MAX_LINE_CHARS);
        synchronized (lines) {
            if (ending || done) {
                return;
            }
            if (queuedChars > MAX_QUEUED_CHARS) {
                dropped++;
                return;
            }
            lines.add(safe);
            queuedChars += safe.length();
            lines.notifyAll();
        }
    }

    /** Takes no more lines. Waits until all are written; after the limit the rest is dropped. */
    public void finish(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        synchronized (lines) {
            ending = true;
            lines.notifyAll();
            while (!done && System.nanoTime() < deadline) {
                try {
                    lines.wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            lines.clear();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (true) {
                List<String> next = next();
                if (!next.isEmpty()) {
                    reader.take(next);
                } else if (isEnding()) {
                    return;
                } else {
                    reader.silence();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            reader.gone();
        } finally {
            synchronized (lines) {
                done = true;
                lines.clear();
                lines.notifyAll();
            }
        }
    }

    private boolean isEnding() {
        synchronized (lines) {
            return ending && lines.isEmpty();
        }
    }

    /** All queued lines; none at the end, or when none came for a while. */
    private List<String> next() {
        synchronized (lines) {
            long deadline = System.nanoTime() + patienceNanos;
            while (lines.isEmpty() && !ending && System.nanoTime() < deadline) {
                try {
                    lines.wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                } catch (InterruptedException e) {
                    ending = true;
                }
            }
            List<String> next = new ArrayList<>(lines);
            if (dropped > 0) {
                next.add("       (" + dropped + " lines are left out: you read too slowly)");
            }
            lines.clear();
            queuedChars = 0;
            dropped = 0;
            return next;
        }
    }
}
