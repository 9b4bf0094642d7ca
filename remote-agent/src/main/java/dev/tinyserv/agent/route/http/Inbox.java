package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** The received bytes of a connection that are not taken yet. For one thread. */
public final class Inbox {
    private @Nullable ByteBuf bytes;

    /** Appends the buffer and owns it from now on. */
    public void add(ByteBufAllocator allocator, ByteBuf more) {
        ByteBuf before = bytes;
        if (before == null) {
            bytes = more;
            return;
        }
        ByteBuf all = before;
        try {
            // Parts that were handed on share the memory: it may be appended to only while nobody else holds it.
            if (before.refCnt() > 1 || before.writableBytes() < more.readableBytes()) {
                ByteBuf joined = allocator.buffer(Math.max(1024, before.readableBytes() + 2 * more.readableBytes()));
                joined.writeBytes(before);
                bytes = joined;
                all = joined;
                before.release();
            }
            all.writeBytes(more);
        } finally {
            more.release();
        }
    }

    /** The untaken bytes; valid until the next call of this object. */
    public ByteBuf bytes() {
        return bytes == null ? Unpooled.EMPTY_BUFFER : bytes;
    }

    public int size() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    /** Takes all that is left; the caller owns it. */
    @Nullable
    public ByteBuf takeAll() {
        ByteBuf all = bytes;
        bytes = null;
        return all;
    }

    /** Lets go of the memory once all of it was read. */
    public void trim() {
        if (bytes != null && !bytes.isReadable()) {
            bytes.release();
            bytes = null;
        }
    }

    public void clear() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
