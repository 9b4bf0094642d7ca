package dev.tinyserv.agent.git;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The client's input. When a pack reaches its limit, JGit asks whether more is available, and takes a pause for the
 * end: "Packfile is truncated". So this input always says that more is available. From the beginning of the pack on,
 * {@link PackScan} sees each byte before JGit does. Used by one thread.
 */
final class PackInput extends BufferedInputStream {
    private @Nullable PackScan scan;

    PackInput(InputStream in) {
        super(in, 32 * 1024);
    }

    void packBegins() {
        scan = new PackScan(Runtime.getRuntime().maxMemory());
    }

    @Override
    public synchronized int read() throws IOException {
        int octet = super.read();
        if (scan != null && octet >= 0) {
            scan.next(new byte[] {(byte) octet}, 0, 1);
        }
        return octet;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (scan != null && count > 0) {
            scan.next(target, offset, count);
        }
        return count;
    }

    void packEnds() {
        if (scan != null) {
            scan.close();
            scan = null;
        }
    }

    @Override
    public synchronized int available() throws IOException {
        return Math.max(1, super.available());
    }
}
