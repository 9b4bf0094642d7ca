package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jgit.transport.SideBandOutputStream;

/**
 * Shows the deploy to the pusher, as git's progress messages. A thread of its own writes, so that a client that does
 * not read delays nothing: lines beyond the queue's limit are dropped and counted. An empty packet after each silence
 * keeps the connection open.
 */
final class PushOutput implements Transcript {
    private static final int MAX_QUEUED_CHARS = 512 * 1024;
    private static final int MAX_LINE_CHARS = 4000;
    private static final byte[] EMPTY_PACKET = "0005\1".getBytes(StandardCharsets.US_ASCII);

    private final Deque<String> lines = new ArrayDeque<>();
    private final OutputStream packets;
    private final OutputStream messages;
    private final boolean sideBand;
    private final long keepAliveNanos;
    private final Runnable whenGone;
    private int queuedChars;
    private int dropped;
    private boolean ending;
    private boolean done;

    /**
     * Starts writing.
     *
     * @param packets the output to the client
     * @param sideBand whether the client understands messages there; else they go to {@code plain}
     * @param whenGone called once if writing fails
     */
    PushOutput(
            String name,
            OutputStream packets,
            boolean sideBand,
            OutputStream plain,
            Duration keepAlive,
            Runnable whenGone) {
        this.packets = packets;
        this.sideBand = sideBand;
        this.messages = sideBand
                ? new SideBandOutputStream(SideBandOutputStream.CH_PROGRESS, SideBandOutputStream.MAX_BUF, packets)
                : plain;
        this.keepAliveNanos = keepAlive.toNanos();
        this.whenGone = whenGone;
        Thread writer = new Thread(this::write, name);
        writer.setDaemon(true);
        writer.start();
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
    void finish(Duration limit) {
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
                String text = next();
                if (!text.isEmpty()) {
                    messages.write(text.getBytes(StandardCharsets.UTF_8));
                    messages.flush();
                } else if (isEnding()) {
                    return;
                } else if (sideBand) {
                    packets.write(EMPTY_PACKET);
                }
                packets.flush();
            }
        } catch (IOException e) {
            whenGone.run();
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

    /** All queued lines as one text; empty at the end, or when none came for the keep-alive time. */
    private String next() {
        synchronized (lines) {
            long deadline = System.nanoTime() + keepAliveNanos;
            while (lines.isEmpty() && !ending && System.nanoTime() < deadline) {
                try {
                    lines.wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
                } catch (InterruptedException e) {
                    ending = true;
                }
            }
            StringBuilder text = new StringBuilder();
            lines.forEach(line -> text.append(line).append('\n'));
            if (dropped > 0) {
                text.append("       (").append(dropped).append(" lines are left out: you read too slowly)\n");
            }
            lines.clear();
            queuedChars = 0;
            dropped = 0;
            return text.toString();
        }
    }
}
