package dev.tinyserv.buildpacks.process;

import dev.tinyserv.buildpacks.base.LineSplitter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a program's output to its end in a thread of its own, so that a full pipe never stops the program. */
final class OutputReader {
    private static final int KEPT_LINES = 20;

    private final String name;
    private final Consumer<String> lines;
    private final int maxCharacters;
    private final Object lock = new Object();
    private final Deque<String> last = new ArrayDeque<>();
    private final AtomicLong reads = new AtomicLong();
    private @Nullable Thread thread;
    private @Nullable RuntimeException failure;
    private Runnable whenFailed = () -> {};
    private boolean abandoned;
    private long characters;
    private volatile boolean waits;

    OutputReader(String name, Consumer<String> lines, int maxCharacters) {
        this.name = name;
        this.lines = lines;
        this.maxCharacters = maxCharacters;
    }

    void start(InputStream stream) {
        thread = Daemon.start("output of " + name, () -> read(stream));
    }

    private void read(InputStream stream) {
        LineSplitter splitter = new LineSplitter(this::take);
        byte[] buffer = new byte[8192];
        try {
            for (int n = next(stream, buffer); n >= 0; n = next(stream, buffer)) {
                splitter.add(buffer, n);
            }
        } catch (IOException e) {
            // The pipe was closed because the program has exited: what came until then is all there is.
        }
        splitter.end();
    }

    private int next(InputStream stream, byte[] buffer) throws IOException {
        waits = true;
        int n = stream.read(buffer);
        reads.incrementAndGet();
        waits = false;
        return n;
    }

    private void take(String line) {
        synchronized (lock) {
            if (abandoned || failure != null) {
                return;
            }
            if (last.size() == KEPT_LINES) {
                last.removeFirst();
            }
            last.addLast(
                    line.length() > CommandFailed.KEPT_CHARACTERS
                            ? line.substring(0, CommandFailed.KEPT_CHARACTERS)
                            : line);
            characters += line.length() + 1L;
        }
        if (characters <= maxCharacters) {
            handOn(line);
        } else if (characters - line.length() - 1 <= maxCharacters) {
            handOn("(" + name + " printed more than " + maxCharacters + " characters; the rest is not shown)");
        }
    }

    private void handOn(String line) {
        try {
            lines.accept(line);
        } catch (RuntimeException e) { // the edge of this thread: it goes to the one that waits
            fail(e);
        } catch (Error e) { // if this thread ended of it, the program would wait for ever for somebody who reads
            fail(new IllegalStateException("the output of " + name + " could not be handled", e));
        }
    }

    private void fail(RuntimeException e) {
        Runnable tell;
        synchronized (lock) {
            failure = e;
            tell = whenFailed;
        }
        tell.run();
    }

    /** Calls the action when a line could not be handed on. */
    void onFailure(Runnable action) {
        boolean now;
        synchronized (lock) {
            whenFailed = action;
            now = failure != null;
        }
        if (now) {
            action.run();
        }
    }

    /** Waits for the end of the output. */
    void await(Duration atMost) throws InterruptedException {
        Thread reader = thread;
        if (reader != null) {
            reader.join(atMost.toMillis());
        }
    }

    /** Waits for the end of the output, or until nothing has come for a while and all that came is handed on. */
    void awaitQuiet(Duration quiet, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        Thread reader = thread;
        long before = -1;
        while (reader != null && reader.isAlive() && !(waits && reads.get() == before) && System.nanoTime() < until) {
            before = reads.get();
            reader.join(quiet.toMillis());
        }
    }

    /** No line is handed on from here, but one that is being handed on now. */
    void abandon() {
        synchronized (lock) {
            abandoned = true;
        }
    }

    Optional<RuntimeException> failure() {
        synchronized (lock) {
            return Optional.ofNullable(failure);
        }
    }

    List<String> lastLines() {
        synchronized (lock) {
            return List.copyOf(last);
        }
    }
}
