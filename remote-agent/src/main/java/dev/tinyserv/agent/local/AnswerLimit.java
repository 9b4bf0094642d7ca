package dev.tinyserv.agent.local;

import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes a connection when its time is over, because a read from a process that is stopped would last for ever. */
final class AnswerLimit implements AutoCloseable {
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean passed;

    AnswerLimit(SocketChannel channel, Duration limit) {
        Daemon.start("answer-limit", () -> watch(channel, limit));
    }

    private void watch(SocketChannel channel, Duration limit) {
        try {
            if (!answered.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                passed = true;
                channel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            return; // the connection is closed all the same
        }
    }

    /** Whether the connection was closed because its time was over. */
    boolean hasPassed() {
        return passed;
    }

    /** Ends the watch, and leaves the connection as it is. */
    @Override
    public void close() {
        answered.countDown();
    }
}
