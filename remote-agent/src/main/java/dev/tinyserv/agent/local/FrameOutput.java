package dev.tinyserv.agent.local;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream whose every write becomes a frame of one kind, or several frames if it is long. Streams that share a
 * connection share its lock, so several threads may write.
 */
final class FrameOutput extends OutputStream {
    private final DataOutputStream out;
    private final Frame.Kind kind;

    FrameOutput(DataOutputStream out, Frame.Kind kind) {
        this.out = out;
        this.kind = kind;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int piece = Math.min(length - done, Frame.LIMIT_BYTES);
            synchronized (out) {
                Frame.write(out, kind, bytes, offset + done, piece);
            }
            done += piece;
        }
    }
}
