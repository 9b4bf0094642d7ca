package dev.tinyserv.agent.local;

import dev.tinyserv.buildpacks.process.Daemon;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes a connection when its time has passed: a read from a process that is stopped would last for ever. */
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
            return; // closed is closed
        }
    }

    boolean hasPassed() {
        return passed;
    }

    @Override
    public void close() {
        answered.countDown();
    }
}
