package dev.tinyserv.agent.route.http;

import io.netty.buffer.ByteBuf;

/** Finds the end of a head and checks its limits. Scans each byte once, however the bytes arrive. */
public final class HeadScanner {
    /** The most bytes of a first line, without its line end. */
    static final int MAX_LINE = 8 * 1024;

    private final int maxSize;
    private int scanned;
    private int lineStart;
    private boolean inStartLine = true;

    /** A scanner for heads of at most this many bytes, with first line and empty line. */
    public HeadScanner(int maxSize) {
        this.maxSize = maxSize;
    }

    /**
     * The size in bytes of the head at the beginning of the buffer. If more bytes are needed, -1; the next call gets
     * the same bytes and more.
     */
    public int scan(ByteBuf in, boolean startLine) {
        int base = in.readerIndex();
        while (true) {
            int from = base + scanned;
            int lf = in.indexOf(from, in.writerIndex(), (byte) '\n');
            int seen = (lf < 0 ? in.writerIndex() : lf) - base;
            checkSize(seen, startLine);
            if (lf < 0) {
                scanned = seen;
                return -1;
            }
            if (lf == base || in.getByte(lf - 1) != '\r') {
                throw BadMessage.request("a line that does not end with CR LF");
            }
            boolean emptyLine = seen - lineStart == 1;
            scanned = seen + 1;
            lineStart = scanned;
            inStartLine = false;
            if (emptyLine) {
                int size = scanned;
                reset();
                return size;
            }
        }
    }

    /** Checks the bytes seen before a LF, which may not have come yet. */
    private void checkSize(int seen, boolean startLine) {
        if (startLine && inStartLine && seen > MAX_LINE + 1) {
            throw new BadMessage(414, "a first line of more than " + MAX_LINE + " bytes");
        }
        if (seen >= maxSize) {
            throw new BadMessage(431, "a head of more than " + maxSize + " bytes");
        }
    }

    void reset() {
        scanned = 0;
        lineStart = 0;
        inStartLine = true;
    }
}
