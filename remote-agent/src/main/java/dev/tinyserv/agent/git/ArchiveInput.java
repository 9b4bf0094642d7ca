package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The input of an archive: has a limit, and tells whether the archive was whole. For one thread. */
final class ArchiveInput extends FilterInputStream {
    private final long maxBytes;
    private final String setting;
    private long count;
    private long allowed = Long.MAX_VALUE;
    private long zeros;

    /** At most so many bytes are read; refusals name the setting with this limit. */
    ArchiveInput(InputStream in, long maxBytes, String setting) {
        super(in);
        this.maxBytes = maxBytes;
        this.setting = setting;
    }

    /** Limits the bytes read from now on, so that no name needs much memory. */
    void allow(long bytes) {
        allowed = bytes > Long.MAX_VALUE - count ? Long.MAX_VALUE : count + bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1);
        return n < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = in.read(buffer, offset, length);
        if (n > 0) {
            count(buffer, offset, n);
        }
        return n;
    }

    /** Reads and counts the skipped bytes. */
    @Override
    public long skip(long wanted) throws IOException {
        byte[] buffer = new byte[(int) Math.min(wanted, 8192)];
        int n = wanted <= 0 ? 0 : read(buffer, 0, buffer.length);
        return Math.max(0, n);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(byte[] buffer, int offset, int n) {
        count += n;
        if (count > maxBytes) {
            throw new Refusal("the archive is larger than " + TreeLimits.size(maxBytes) + "; leave files out, or raise "
                    + setting + " on the server");
        }
        if (count > allowed) {
            throw new Refusal("a name or its attributes in the archive are too long; pack the folder anew");
        }
        int end = offset + n;
        int at = end;
        while (at > offset && buffer[at - 1] == 0) {
            at--;
        }
        zeros = at == offset ? zeros + n : end - at;
    }

    /** Reads to the end. A whole archive ends with so many zeros; one that was cut off usually does not. */
    boolean endsWithZeros(int length) throws IOException {
        transferTo(OutputStream.nullOutputStream());
        return zeros >= length;
    }
}
