package dev.tinyserv.agent.ssh;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Output for a terminal in raw mode: each line feed gets a carriage return in front. */
final class TerminalOutput extends FilterOutputStream {
    TerminalOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        if (b == '\n') {
            out.write('\r');
        }
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int start = offset;
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                out.write(bytes, start, at - start);
                out.write('\r');
                start = at;
            }
        }
        out.write(bytes, start, offset + length - start);
    }
}
