package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads the heads of a connection's requests from bytes that come in any pieces. For one thread. */
public final class RequestReader {
    private final Head head = new Head(RequestRules.MAX_FIELDS);
    private final HeadScanner scanner = new HeadScanner(RequestRules.MAX_HEAD);
    private final StartLineWatch watch = new StartLineWatch();
    private boolean skippedEmptyLine;

    /** Whether the bytes begin with a part of a head. One empty line before it is skipped. */
    public boolean begins(ByteBuf in) {
        return in.isReadable() && !skipEmptyLine(in);
    }

    /** Skips one empty line, which some clients send after a request. True if more bytes are needed. */
    private boolean skipEmptyLine(ByteBuf in) {
        if (skippedEmptyLine || in.getByte(in.readerIndex()) != '\r') {
            return false;
        }
        if (in.readableBytes() > 1 && in.getByte(in.readerIndex() + 1) == '\n') {
            in.skipBytes(2);
            skippedEmptyLine = true;
            return !in.isReadable();
        }
        return in.readableBytes() < 2;
    }

    /**
     * Reads a head that {@link #begins}. If more bytes are needed, null; the next call gets the same bytes and more.
     *
     * @throws BadMessage if the bytes cannot become a valid request
     */
    public @Nullable Request read(ByteBuf in) {
        int size = scanner.scan(in, true);
        if (size < 0) {
            watch.look(in);
            return null;
        }
        watch.reset();
        head.read(in, size, true);
        Request request = RequestRules.check(head);
        skippedEmptyLine = false;
        return request;
    }

    /** The head that was read last; valid until the next one is read. */
    public Head head() {
        return head;
    }
}
