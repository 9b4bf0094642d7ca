package dev.tinyserv.cli.remote;

import dev.tinyserv.cli.output.Console;
import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects the user's streams with those of the process that leads to the server, until it ends. */
final class Relay {
    /** How long a Ctrl-C that ended ssh takes at most to reach us as well. */
    private static final long INTERRUPT_MILLIS = 100;
    /** A kept connection of an old ssh holds the error output open: silence for this long after its end is the end. */
    private static final long SILENCE_MILLIS = 200;

    private static final int OUTPUT_LOST = 141;
    private static final int SSH_FAILED = 255;

    private final Console console;
    private final SshMessages.Sink out;
    private final SshMessages messages;
    private final CountDownLatch ending = new CountDownLatch(1);

    Relay(Console console, SshMessages.Sink out, SshMessages messages) {
        this.console = console;
        this.out = out;
        this.messages = messages;
    }

    /**
     * Sends the header, then the input unless null. Returns the exit status of the process. Held messages are not
     * released.
     */
    int run(Process process, byte[] header, @Nullable InputStream input) {
        Thread hook = new Thread(() -> end(process), "end of " + process.pid());
        Runtime.getRuntime().addShutdownHook(hook);
        try (Waiting waiting = console.waiting()) {
            Pump outPump = new Pump("out", process, process.getInputStream(), (bytes, length) -> {
                waiting.end();
                messages.serverSpoke();
                out.write(bytes, length);
            });
            Pump errPump = new Pump("err", process, process.getErrorStream(), (bytes, length) -> {
                waiting.end();
                messages.accept(bytes, length);
            });
            outPump.start();
            errPump.start();
            send(process, header, input);
            return ended(process, outPump, errPump);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.failed("interrupted");
        } finally {
            process.destroy();
            forget(hook);
        }
    }

    private int ended(Process process, Pump outPump, Pump errPump) throws InterruptedException {
        int status = process.waitFor();
        outPump.join();
        errPump.joinOrSilence(SILENCE_MILLIS);
        if (outPump.failed || errPump.failed) {
            return OUTPUT_LOST;
        }
        if (status == SSH_FAILED && ending.await(INTERRUPT_MILLIS, TimeUnit.MILLISECONDS)) {
            // The signal decides the exit status (130), not we.
            Thread.currentThread().join();
        }
        return status;
    }

    private void end(Process process) {
        ending.countDown();
        process.destroy();
    }

    private static void send(Process process, byte[] header, @Nullable InputStream input) {
        OutputStream to = process.getOutputStream();
        try {
            to.write(header);
            to.flush();
            if (input == null) {
                to.close();
                return;
            }
        } catch (IOException e) {
            // It ended without reading: its exit status and its error output say why.
            return;
        }
        Thread thread = new Thread(() -> copy(input, to), "in");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(InputStream input, OutputStream to) {
        try (to) {
            input.transferTo(to);
        } catch (IOException e) {
            // It ended, or wants no more of our input.
            return;
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Already on our way out, and the hook at work.
            return;
        }
    }

    /** Copies one stream; when nobody reads our side any more it ends the process, as a closed pipe would. */
    private static final class Pump extends Thread {
        private final Process process;
        private final InputStream from;
        private final SshMessages.Sink to;
        private volatile long lastRead;
        private volatile boolean writing;
        private volatile boolean failed;

        Pump(String name, Process process, InputStream from, SshMessages.Sink to) {
            super(name);
            this.process = process;
            this.from = from;
            this.to = to;
            setDaemon(true);
        }

        @Override
        public void run() {
            byte[] buffer = new byte[16 * 1024];
            for (int length = next(buffer); length >= 0; length = next(buffer)) {
                writing = true;
                try {
                    to.write(buffer, length);
                } catch (IOException e) {
                    failed = true;
                    process.destroy();
                    return;
                }
                writing = false;
            }
        }

        private int next(byte[] buffer) {
            try {
                int length = from.read(buffer);
                lastRead = System.nanoTime();
                return length;
            } catch (IOException e) {
                // The process has ended and its streams are closed.
                return -1;
            }
        }

        void joinOrSilence(long millis) throws InterruptedException {
            join(millis);
            long before = 0;
            while (isAlive() && (writing || lastRead != before)) {
                before = lastRead;
                join(millis);
            }
        }
    }
}
