package dev.tinyserv.agent.git;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a client sends. When a pack reaches its limit, JGit asks whether more is available, and takes a client that
 * just pauses for one at its end: "Packfile is truncated". So more is always said to come; reading finds the truth.
 */
final class PackInput extends BufferedInputStream {
    PackInput(InputStream in) {
        super(in, 32 * 1024);
    }

    @Override
    public synchronized int available() throws IOException {
        return Math.max(1, super.available());
    }
}
