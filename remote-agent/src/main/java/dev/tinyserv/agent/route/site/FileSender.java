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
 * Sends a part of a file with sendfile(2), piece by piece, so that a client that stopped taking it is told from one
 * that is slow. It goes on with the file as it was when it was opened. Each piece is read into the system's memory by
 * another thread first, so that the client's thread, on which all else runs, does not wait for a disk.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and whoever asks hears of that
public final class FileSender implements ChannelProgressiveFutureListener {
    /** Whom the file is for. */
    public interface Taker {
        /** It has yet to take what is written: it has a while from now, and again whenever it has taken a part. */
        void awaitClient();

        /** Breaks off, in a way that it can tell from a proper end. */
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
     * @param reader waits for the disk
     * @param done called when all of it is sent; not if the connection breaks
     */
    public FileSender(Taker client, FileChannel file, ByteRange part, Executor reader, Runnable done) {
        this.client = client;
        this.file = file;
        this.reader = reader;
        this.done = done;
        this.at = part.first();
        this.end = part.last() + 1;
    }

    /** Sends the next piece, and all others after it. */
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

    /** Leaves the file open for the next one. */
    private static final class Piece extends DefaultFileRegion {
        Piece(FileChannel file, long position, long count) {
            super(file, position, count);
        }

        @Override
        protected void deallocate() {}
    }
}
