package dev.tinyserv.agent.local;

import java.io.DataOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a verb may read of its caller's input. The caller sends nothing before the verb reads: a verb that needs no
 * input takes none away from the script or the terminal that it is called from. For one thread at a time.
 */
final class WantedInput extends FilterInputStream {
    private final DataOutputStream toCaller;
    private boolean asked;

    WantedInput(InputStream in, DataOutputStream toCaller) {
        super(in);
        this.toCaller = toCaller;
    }

    @Override
    public int read() throws IOException {
        ask();
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        ask();
        return super.read(buffer, offset, length);
    }

    @Override
    public long skip(long bytes) throws IOException {
        ask();
        return super.skip(bytes);
    }

    private void ask() throws IOException {
        if (!asked) {
            asked = true;
            synchronized (toCaller) {
                Frame.write(toCaller, Frame.Kind.INPUT_WANTED, new byte[0], 0, 0);
            }
        }
    }
}
