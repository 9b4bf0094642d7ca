package dev.tinyserv.agent.route.site;

import io.netty.channel.Channel;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a part of a file with sendfile(2), piece by piece, so that a client that stopped reading is told from a slow
 * one. Another thread reads each piece into the page cache first, so that the client's thread does not wait for a disk.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and whoever asks hears of that
public final class FileSender implements ChannelProgressiveFutureListener {
    /** The client of the file. */
    public interface Taker {
        /** Gives the client the idle timeout to read what is written, and again after each part that it reads. */
        void awaitClient();

        /** Resets the connection, so that the client can tell this from a proper end. */
        void abort();
    }

    private static final Logger LOG = LoggerFactory.getLogger(FileSender.class);
    private static final int PIECE = 256 * 1024;
    private static final ThreadLocal<ByteBuffer> SCRATCH =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(64 * 1024));

    private final Taker client;
    private final FileChannel file;
    private final Executor reader;
    private final Runnable done;
    private final long end;
    private long at;

    /**
     * Sends nothing yet.
     *
     * @param file closed at the end
     * @param reader runs reads from the disk
     * @param done called when all is sent; not if the connection breaks
     */
    public FileSender(Taker client, FileChannel file, ByteRange part, Executor reader, Runnable done) {
        this.client = client;
        this.file = file;
        this.reader = reader;
        this.done = done;
        this.at = part.first();
        this.end = part.last() + 1;
    }

    /** Sends the next piece, and then all others. */
    public void send(Channel channel) {
        if (at >= end) {
            close();
            done.run();
            return;
        }
        long from = at;
        long length = Math.min(PIECE, end - from);
        at += length;
        reader.execute(() -> {
            load(from, from + length);
            channel.eventLoop().execute(() -> send(channel, from, length));
        });
    }

    private void send(Channel channel, long from, long length) {
        client.awaitClient();
        channel.writeAndFlush(
                new Piece(file, from, length), channel.newProgressivePromise().addListener(this));
    }

    private void load(long from, long until) {
        ByteBuffer scratch = SCRATCH.get();
        try {
            int read = 0;
            for (long next = from; next < until && read >= 0; next += read) {
                scratch.clear().limit((int) Math.min(scratch.capacity(), until - next));
                read = file.read(scratch, next);
            }
        } catch (IOException e) {
            LOG.debug("sending it fails in the same way", e);
        }
    }

    @Override
    public void operationProgressed(ChannelProgressiveFuture sending, long sent, long length) {
        client.awaitClient();
    }

    @Override
    public void operationComplete(ChannelProgressiveFuture sent) {
        if (sent.isSuccess()) {
            send(sent.channel());
        } else {
            close();
            client.abort(); // also where the file is shorter than it was, so that nobody takes half of it for all
        }
    }

    private void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A piece, which leaves the file open for the next one. */
    private static final class Piece extends DefaultFileRegion {
        Piece(FileChannel file, long position, long count) {
            super(file, position, count);
        }

        @Override
        protected void deallocate() {}
    }
}
