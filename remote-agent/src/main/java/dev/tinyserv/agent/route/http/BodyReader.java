package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;

/** Reads a body by its framing, strictly about chunks, in which requests are smuggled. For one thread. */
public final class BodyReader {
    /** Takes the parts of a body. */
    public interface Sink {
        /** A part of the body; the sink owns it. */
        void content(ByteBuf part);

        /** The trailers of a chunked body, before its end; valid during the call only. */
        void trailers(Head trailers);
    }

    private enum Step {
        SIZE,
        DATA,
        DATA_END,
        TRAILERS
    }

    private static final int MAX_SIZE_LINE = 256;
    private static final int MAX_SIZE_DIGITS = 15;
    private static final int MAX_TRAILER_BYTES = 8 * 1024;
    private static final int MAX_TRAILERS = 32;

    private Framing framing = Framing.NONE;
    private Step step = Step.SIZE;
    private long left;
    private int extensionBytes;

    public void begin(Framing next) {
        framing = next;
        left = next.length();
        step = Step.SIZE;
        extensionBytes = 0;
    }

    public boolean endsWithConnection() {
        return framing.kind() == Framing.Kind.UNTIL_CLOSE;
    }

    /** Reads the available bytes. True when the body is complete. Throws {@link BadMessage} for a bad chunk. */
    public boolean read(ByteBuf in, Sink sink) {
        return switch (framing.kind()) {
            case NONE -> true;
            case LENGTH -> readData(in, sink);
            case UNTIL_CLOSE -> {
                if (in.isReadable()) {
                    sink.content(in.readRetainedSlice(in.readableBytes()));
                }
                yield false;
            }
            case CHUNKED -> readChunks(in, sink);
        };
    }

    private boolean readData(ByteBuf in, Sink sink) {
        int size = (int) Math.min(left, in.readableBytes());
        if (size > 0) {
            left -= size;
            sink.content(in.readRetainedSlice(size));
        }
        return left == 0;
    }

    private boolean readChunks(ByteBuf in, Sink sink) {
        while (in.isReadable()) {
            switch (step) {
                case SIZE -> {
                    if (!readSize(in)) {
                        return false;
                    }
                    step = left == 0 ? Step.TRAILERS : Step.DATA;
                }
                case DATA -> {
                    if (!readData(in, sink)) {
                        return false;
                    }
                    step = Step.DATA_END;
                }
                case DATA_END -> {
                    if (in.readableBytes() < 2) {
                        return false;
                    }
                    if (in.readByte() != '\r' || in.readByte() != '\n') {
                        throw BadMessage.request("a chunk that does not end with CR LF");
                    }
                    step = Step.SIZE;
                }
                default -> {
                    return readTrailers(in, sink);
                }
            }
        }
        return false;
    }

    private boolean readSize(ByteBuf in) {
        int start = in.readerIndex();
        int lf = in.indexOf(start, Math.min(in.writerIndex(), start + MAX_SIZE_LINE), (byte) '\n');
        if (lf < 0) {
            if (in.readableBytes() >= MAX_SIZE_LINE) {
                throw BadMessage.request("a chunk size line that is too long");
            }
            return false;
        }
        int at = start;
        long size = 0;
        for (int digit = hexDigit(in.getByte(at)); digit >= 0; digit = hexDigit(in.getByte(++at))) {
            size = size * 16 + digit;
        }
        boolean sized = at > start && at - start <= MAX_SIZE_DIGITS;
        if (!sized || !isExtension(in, at, lf)) {
            throw BadMessage.request("a bad chunk size");
        }
        in.readerIndex(lf + 1);
        left = size;
        return true;
    }

    /** Extensions are dropped, but they must be unambiguous, and few bytes in all. */
    private boolean isExtension(ByteBuf in, int start, int lf) {
        int end = lf - 1;
        if (end < start || in.getByte(end) != '\r' || (end > start && in.getByte(start) != ';')) {
            return false;
        }
        extensionBytes += end - start;
        for (int i = start; i < end; i++) {
            if (!Octets.isText(in.getByte(i))) {
                return false;
            }
        }
        return extensionBytes <= HeadScanner.MAX_LINE;
    }

    private static int hexDigit(byte b) {
        return Octets.isDigit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F') ? Character.digit(b, 16) : -1;
    }

    private boolean readTrailers(ByteBuf in, Sink sink) {
        int size = new HeadScanner(MAX_TRAILER_BYTES).scan(in, false);
        if (size < 0) {
            return false;
        }
        if (size == 2) {
            in.skipBytes(2);
            return true;
        }
        Head trailers = new Head(MAX_TRAILERS);
        trailers.read(in, size, false);
        sink.trailers(trailers);
        return true;
    }
}
