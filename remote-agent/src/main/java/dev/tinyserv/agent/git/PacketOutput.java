package dev.tinyserv.agent.git;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The output to the client, shared by JGit and {@link PushOutput}. Each write is one whole packet, and writes exclude
 * each other, so packets never mix. (A lock is held during I/O: there is one pipe, and a waiting writer could not write
 * anyway.)
 */
final class PacketOutput extends OutputStream {
    private static final byte[] END = "0000".getBytes(StandardCharsets.US_ASCII);

    private final BufferedOutputStream out;
    private boolean reportIsDue;
    private boolean endIsHeld;

    PacketOutput(OutputStream out) {
        this.out = new BufferedOutputStream(out, 16 * 1024);
    }

    @Override
    public synchronized void write(int b) throws IOException {
        out.write(b);
    }

    /** Expects a report next. An end packet without a report is held back. */
    synchronized void reportIsDue() {
        reportIsDue = true;
    }

    /** Holds nothing back any more. Returns whether an end packet was held back, which the caller then writes. */
    synchronized boolean takeHeldEnd() {
        boolean held = endIsHeld;
        reportIsDue = false;
        endIsHeld = false;
        return held;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (reportIsDue) {
            reportIsDue = false;
            endIsHeld = Arrays.equals(bytes, offset, offset + length, END, 0, END.length);
            if (endIsHeld) {
                return;
            }
        }
        out.write(bytes, offset, length);
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }
}
