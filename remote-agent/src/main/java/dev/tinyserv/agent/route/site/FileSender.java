package dev.tinyserv.agent.route.site;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.DefaultFileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/**
 * Sends a part of a file with sendfile(2), piece by piece, so that a client that stopped taking it is told from one
 * that is slow. It goes on with the file as it was when it was opened. Runs on the client's thread.
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

    private static final int PIECE = 256 * 1024;
    /** Up to here copying is cheaper than another system call. */
    private static final int SMALL = 16 * 1024;

    private final Taker client;
    private final FileChannel file;
    private final Runnable done;
    private long at;
    private final long end;

    private FileSender(Taker client, FileChannel file, ByteRange part, Runnable done) {
        this.client = client;
        this.file = file;
        this.done = done;
        this.at = part.first();
        this.end = part.last() + 1;
    }

    /**
     * Opens the file.
     *
     * @param done called when all of it is sent; not if the connection breaks
     */
    public static FileSender open(Taker client, SiteEntry entry, ByteRange part, Runnable done) throws IOException {
        return new FileSender(client, entry.open(), part, done);
    }

    /** Sends all of it, a small part at once. */
    public void start(Channel channel) {
        if (end - at > SMALL) {
            send(channel);
            return;
        }
        ByteBuf bytes = channel.alloc().buffer((int) (end - at));
        try (file) {
            while (at < end) {
                int read = bytes.writeBytes(file, at, (int) (end - at));
                if (read < 0) {
                    throw new EOFException("the file is shorter than it was");
                }
                at += read;
            }
        } catch (IOException e) {
            bytes.release();
            client.abort();
            return;
        }
        channel.writeAndFlush(bytes);
        done.run();
    }

    private void send(Channel channel) {
        if (at >= end) {
            close();
            done.run();
            return;
        }
        long length = Math.min(PIECE, end - at);
        DefaultFileRegion piece = new Piece(file, at, length);
        at += length;
        client.awaitClient();
        channel.writeAndFlush(piece, channel.newProgressivePromise().addListener(this));
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
