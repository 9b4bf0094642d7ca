package dev.tinyserv.agent.local;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Daemon;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Calls the agent of this machine over its socket, each time over a new connection. Safe for use by several threads.
 */
public final class LocalClient {
    private static final String BROKEN_PIPE = "Broken pipe";
    private static final List<String> PASSED_ON = List.of("GIT_PROTOCOL", "LANG", "TERM");

    private static final Duration FOR_EVER = Duration.ofDays(365);

    /** The reader of a stream of ours ended before us, as {@code head} does. */
    private static final class ReaderGone extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final Path socket;
    private final Duration limit;

    /** A client of the agent that serves the layout's root. A call may take as long as the verb does. */
    public LocalClient(Layout layout) {
        this(layout, FOR_EVER);
    }

    /** As {@link #LocalClient(Layout)}, but a call may take this long in all, up to the exit status. */
    public LocalClient(Layout layout, Duration limit) {
        this.socket = layout.agentSocket();
        this.limit = limit;
    }

    /**
     * Calls a verb, and waits for its end.
     *
     * @param arguments the verb and what follows it; at most 512 KiB as JSON, with the variables that are passed on
     * @param environment this process's variables; only GIT_PROTOCOL, LANG and TERM are passed on
     * @param in what the verb may read. Nothing is taken from the stream before the verb reads. A JVM that ends while
     *     one of its threads still reads takes a third of a second longer
     * @param out gets the verb's output, piece by piece as it comes
     * @param err gets the verb's error output, likewise
     * @return the verb's exit status; {@link Refusal#OUTPUT_LOST} if nobody reads the output any more; empty if no agent
     *     listens
     * @throws AgentSilent if the time is over
     * @throws NotOwner if this user may not open the socket
     * @throws Refusal if the arguments are too large, if the agent leaves in the middle, or if a stream does not take the
     *     output
     */
    public Optional<Integer> call(
            List<String> arguments,
            Map<String, String> environment,
            InputStream in,
            OutputStream out,
            OutputStream err) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                AnswerLimit time = new AnswerLimit(channel, limit)) {
            return Optional.of(call(channel, time, arguments, environment, in, out, err));
        } catch (ReaderGone e) {
            return Optional.of(Refusal.OUTPUT_LOST);
        } catch (IOException e) {
            return notConnected(e);
        }
    }

    private int call(
            SocketChannel channel,
            AnswerLimit time,
            List<String> arguments,
            Map<String, String> environment,
            InputStream in,
            OutputStream out,
            OutputStream err)
            throws IOException, ReaderGone {
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            DataOutputStream toAgent =
                    new DataOutputStream(new java.io.BufferedOutputStream(ChannelStreams.out(channel), 64 * 1024));
            byte[] call = encode(arguments, environment);
            try {
                Frame.write(toAgent, Frame.Kind.CALL, call, 0, call.length);
            } catch (IOException e) {
                // An agent with too many calls answers without reading the call. Its answer is read below.
            }
            Runnable input = () -> sendInput(in, toAgent);
            return receive(new DataInputStream(ChannelStreams.in(channel)), input, out, err);
        } catch (IOException e) {
            if (time.hasPassed()) {
                throw new AgentSilent("the agent does not answer within " + limit.toSeconds() + " s");
            }
            throw e;
        }
    }

    private Optional<Integer> notConnected(IOException e) {
        if (!mayOpen()) {
            throw new NotOwner(socket, e);
        }
        if (e instanceof java.net.ConnectException || !Files.exists(socket)) {
            return Optional.empty();
        }
        throw new Refusal("the agent broke off: " + e.getMessage() + "; see logs/agent.log under TINYSERV_ROOT", e);
    }

    /** Of a socket that may not be opened, connecting tells nothing but a text. */
    private boolean mayOpen() {
        try {
            socket.getFileSystem().provider().checkAccess(socket, AccessMode.WRITE);
            return true;
        } catch (AccessDeniedException e) {
            return false;
        } catch (IOException e) {
            return true; // the socket is not there
        }
    }

    private static byte[] encode(List<String> arguments, Map<String, String> environment) {
        Map<String, String> passedOn = new TreeMap<>(environment);
        passedOn.keySet().retainAll(PASSED_ON);
        byte[] call = new LocalCall(LocalCall.SCHEMA, arguments, passedOn).toJson();
        if (call.length > Frame.LIMIT_BYTES) {
            throw Refusal.usage("the arguments are larger than " + Frame.LIMIT_BYTES + " bytes; pass the value on stdin"
                    + " with K=-");
        }
        return call;
    }

    private static void sendInput(InputStream in, DataOutputStream toAgent) {
        byte[] piece = new byte[32 * 1024];
        try {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                synchronized (toAgent) {
                    Frame.write(toAgent, Frame.Kind.INPUT, piece, 0, length);
                }
            }
            synchronized (toAgent) {
                Frame.write(toAgent, Frame.Kind.INPUT_END, piece, 0, 0);
            }
        } catch (IOException e) {
            // The agent has closed the connection. The other thread reads its last words.
            return;
        }
    }

    private static int receive(DataInputStream fromAgent, Runnable input, OutputStream out, OutputStream err)
            throws IOException, ReaderGone {
        for (Frame frame = Frame.read(fromAgent); frame != null; frame = Frame.read(fromAgent)) {
            switch (frame.kind()) {
                case INPUT_WANTED -> Daemon.start("input", input);
                case OUTPUT -> write(out, frame.content());
                case ERROR -> write(err, frame.content());
                case EXIT -> {
                    return ByteBuffer.wrap(frame.content()).getInt();
                }
                default -> throw new IOException("the agent sent a frame of the kind " + frame.kind());
            }
        }
        throw new IOException("the agent has gone");
    }

    private static void write(OutputStream to, byte[] content) throws ReaderGone {
        try {
            to.write(content);
            to.flush();
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains(BROKEN_PIPE)) {
                throw new ReaderGone();
            }
            throw new Refusal("the output cannot be written: " + why, e);
        }
    }
}
