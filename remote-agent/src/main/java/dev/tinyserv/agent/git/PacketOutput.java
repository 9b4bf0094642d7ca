package dev.tinyserv.agent.git;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The way to the client, shared by JGit and by what the pusher reads meanwhile. Each write is one whole packet, and
 * writes exclude each other, so packets never mix. (A lock held during I/O: there is one pipe, and who waits for it
 * could not write anyway.)
 */
final class PacketOutput extends OutputStream {
    private final BufferedOutputStream out;

    PacketOutput(OutputStream out) {
        this.out = new BufferedOutputStream(out, 16 * 1024);
    }

    @Override
    public synchronized void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public synchronized void flush() throws IOException {
        out.flush();
    }
}
