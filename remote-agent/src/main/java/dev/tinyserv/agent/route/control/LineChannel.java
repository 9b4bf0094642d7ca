package dev.tinyserv.agent.route.control;

import dev.tinyserv.buildpacks.process.Daemon;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines over a Unix socket: read by one thread that calls {@link #readLine}, written by a thread of its own, so that
 * {@link #send} never waits.
 */
final class LineChannel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineChannel.class);
    private static final int MAX_LINE = 16 * 1024 * 1024;
    private static final int MAX_WAITING = 10_000;
    private static final byte[] END = {};

    private final SocketChannel channel;
    private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final ByteBuffer received = ByteBuffer.allocate(64 * 1024).flip();

    LineChannel(SocketChannel channel, String threadName) {
        this.channel = channel;
        Daemon.start(threadName, this::writeLines);
    }

    /** Queues a line with its end. If the queue is full, the receiver does not read, and the connection is closed. */
    void send(byte[] line) {
        if (!waiting.offer(line)) {
            close();
        }
    }

    private void writeLines() {
        try {
            for (byte[] line = waiting.take(); line.length > 0; line = waiting.take()) {
                ByteBuffer bytes = ByteBuffer.wrap(line);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException e) {
            LOG.debug("a control connection broke", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /** The next line without its end, or null at the end of the connection. */
    byte @Nullable [] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int start = received.position();
            while (received.hasRemaining()) {
                if (received.get() == '\n') {
                    line.write(received.array(), start, received.position() - 1 - start);
                    return line.toByteArray();
                }
            }
            line.write(received.array(), start, received.position() - start);
            if (line.size() > MAX_LINE) {
                throw new IOException("a line longer than " + MAX_LINE + " bytes");
            }
            received.clear();
            int count = channel.read(received);
            received.flip();
            if (count < 0) {
                return null;
            }
        }
    }

    @Override
    public void close() {
        waiting.clear();
        waiting.add(END);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a control connection", e);
        }
    }
}
