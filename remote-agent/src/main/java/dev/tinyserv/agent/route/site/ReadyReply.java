package dev.tinyserv.agent.route.site;

import dev.tinyserv.agent.route.http.Head;
import dev.tinyserv.agent.route.http.Request;
import dev.tinyserv.buildpacks.buildpack.Site;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A site's answer, ready to be sent: a small body has been read, the file of a large one is open. The receiver sends it
 * or {@link #discard}s it.
 *
 * @param reply the answer
 * @param body the bytes of the body; empty for none, and with a file
 * @param file the open file of a large body; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // it is read once, and never compared
public record ReadyReply(
        SiteReply reply, byte[] body, @Nullable FileChannel file) {
    /** Up to this size copying is cheaper than another system call. */
    private static final int SMALL = 16 * 1024;

    private static final byte[] NOTHING = {};

    static ReadyReply to(Site site, Head head, Request request) throws IOException {
        SiteReply reply = SiteReply.to(site, head, request);
        if (request.head()) {
            return new ReadyReply(reply, NOTHING, null);
        }
        SiteEntry entry = reply.file();
        if (entry == null) {
            return new ReadyReply(reply, reply.text().getBytes(StandardCharsets.UTF_8), null);
        }
        FileChannel file = entry.open();
        if (reply.part().length() > SMALL) {
            return new ReadyReply(reply, NOTHING, file);
        }
        try (file) {
            return new ReadyReply(reply, read(file, reply.part()), null);
        }
    }

    private static byte[] read(FileChannel file, ByteRange part) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) part.length());
        while (bytes.hasRemaining()) {
            if (file.read(bytes, part.first() + bytes.position()) < 0) {
                throw new EOFException("the file is shorter than it was");
            }
        }
        return bytes.array();
    }

    /** Closes the file of an answer that is not sent. */
    public void discard() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
