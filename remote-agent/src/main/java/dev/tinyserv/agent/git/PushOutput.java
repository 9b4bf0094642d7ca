package dev.tinyserv.agent.git;

import dev.tinyserv.buildpacks.process.QueuedTranscript;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.eclipse.jgit.transport.SideBandOutputStream;

/**
 * Shows the deploy to the pusher, as git's progress messages. A client that does not read delays nothing. An empty
 * packet after each silence keeps the connection open.
 */
final class PushOutput implements Transcript, QueuedTranscript.Reader {
    private static final byte[] EMPTY_PACKET = "0005\1".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream packets;
    private final OutputStream messages;
    private final boolean sideBand;
    private final Runnable whenGone;
    private final QueuedTranscript queue;

    /**
     * Starts writing.
     *
     * @param packets the output to the client
     * @param sideBand whether the client understands messages there; else they go to {@code plain}
     * @param whenGone called once if writing fails
     */
    PushOutput(
            String name,
            OutputStream packets,
            boolean sideBand,
            OutputStream plain,
            Duration keepAlive,
            Runnable whenGone) {
        this.packets = packets;
        this.sideBand = sideBand;
        this.messages = sideBand
                ? new SideBandOutputStream(SideBandOutputStream.CH_PROGRESS, SideBandOutputStream.MAX_BUF, packets)
                : plain;
        this.whenGone = whenGone;
        this.queue = new QueuedTranscript(name, this, keepAlive);
    }

    @Override
    public void line(String line) {
        queue.line(line);
    }

    /** Takes no more lines. Waits until all are written; after the limit the rest is dropped. */
    void finish(Duration limit) {
        queue.finish(limit);
    }

    @Override
    public void take(List<String> lines) throws IOException {
        messages.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        messages.flush();
        packets.flush();
    }

    @Override
    public void silence() throws IOException {
        if (sideBand) {
            packets.write(EMPTY_PACKET);
        }
        packets.flush();
    }

    @Override
    public void gone() {
        whenGone.run();
    }
}
