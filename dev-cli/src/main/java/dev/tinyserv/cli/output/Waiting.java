package dev.tinyserv.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A line on the terminal during a wait: shown after a second, and erased when the wait is over. */
public final class Waiting implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 1000;

    private final CountDownLatch over = new CountDownLatch(1);
    private final @Nullable Thread line;

    /** Starts to wait; without a terminal nothing is ever shown. */
    Waiting(@Nullable OutputStream terminal) {
        this.line = terminal == null ? null : new Line(terminal, over);
        if (line != null) {
            line.setDaemon(true);
            line.start();
        }
    }

    /** Ends the wait. Returns when the line is erased. May be called many times, by any thread. */
    public void end() {
        over.countDown();
        if (line == null) {
            return;
        }
        try {
            line.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
    }

    /** One thread prints and erases, so that the two never overtake each other. */
    private static final class Line extends Thread {
        private final OutputStream terminal;
        private final CountDownLatch over;

        Line(OutputStream terminal, CountDownLatch over) {
            super("waiting");
            this.terminal = terminal;
            this.over = over;
        }

        @Override
        public void run() {
            try {
                if (!over.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    terminal.write("Waiting for server…".getBytes(StandardCharsets.UTF_8));
                    over.await();
                    terminal.write("\r\033[K".getBytes(StandardCharsets.UTF_8));
                }
            } catch (InterruptedException | IOException e) {
                // Without a terminal to show it on, there is nothing to show.
                return;
            }
        }
    }
}
