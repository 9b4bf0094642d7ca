package dev.tinyserv.agent.local;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.command.Caller;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Daemon;
import dev.tinyserv.buildpacks.process.Transcript;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The door of this machine: answers calls over the Unix socket {@code run/agent.sock}. Only the owner of TINYSERV_ROOT
 * and root can open the socket, so each caller is an admin. A socket that somebody deletes is made again within
 * seconds. At most {@value #MOST_CALLS} calls run at once; a further one is refused. Safe for use by several threads.
 */
public final class LocalDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDoor.class);
    private static final int MOST_CALLS = 200;
    private static final int PIPE_BYTES = 256 * 1024;
    private static final String NO_THREADS =
            "the server can make no more threads; end processes of its user, or try again later";

    private static final long LOOK_EACH_MILLIS = 2_000;

    private final Path socket;
    private final Call.Handler handler;
    private final BooleanSupplier ours;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(Daemon.named("local-door-watch"));
    private ServerSocketChannel server;
    private boolean closed;
    private final Semaphore places = new Semaphore(MOST_CALLS);
    private final ExecutorService calls;
    private final JsonMapper mapper = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private LocalDoor(
            Path socket,
            Call.Handler handler,
            BooleanSupplier ours,
            ExecutorService calls,
            ServerSocketChannel server) {
        this.socket = socket;
        this.handler = handler;
        this.ours = ours;
        this.calls = calls;
        this.server = server;
    }

    /**
     * Opens the door. The caller must hold the lock on the root: a socket that lies there is deleted as that of an
     * agent that has gone.
     *
     * @param handler handles each call, on a thread of the call's own
     * @param ours whether the caller still holds the root; if not, a missing socket is not made again
     * @throws Refusal if the socket cannot be made
     */
    public static LocalDoor open(Layout layout, Call.Handler handler, BooleanSupplier ours) {
        // Two threads for each place that is taken, and those that are about to end.
        ExecutorService calls = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Daemon.numbered("local-"));
        return open(layout, handler, ours, calls);
    }

    static LocalDoor open(Layout layout, Call.Handler handler, BooleanSupplier ours, ExecutorService calls) {
        Path socket = layout.agentSocket();
        try {
            ServerSocketChannel server = listen(socket);
            LocalDoor door = new LocalDoor(socket, handler, ours, calls, server);
            door.startAccepting(server);
            ScheduledFuture<?> unused = door.watch.scheduleWithFixedDelay(
                    door::look, LOOK_EACH_MILLIS, LOOK_EACH_MILLIS, TimeUnit.MILLISECONDS);
            return door;
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal(
                    "cannot listen on " + socket + ": " + e.getMessage()
                            + "; a path of at most 107 bytes is needed, so choose a shorter TINYSERV_ROOT",
                    e);
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket), 128);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return server;
    }

    private void startAccepting(ServerSocketChannel from) {
        Daemon.start("local-door", () -> accept(from));
    }

    /** Without its socket nobody on this machine could ask the agent for anything, or end it in good order. */
    private synchronized void look() {
        if (closed || Files.exists(socket) || !ours.getAsBoolean()) {
            return;
        }
        try {
            ServerSocketChannel again = listen(socket);
            server.close();
            server = again;
            startAgain(again);
            LOG.warn("{} was missing and is made again", socket);
        } catch (IOException e) {
            LOG.warn("{} is missing and cannot be made again: {}", socket, e.getMessage());
        }
    }

    /** If no thread can be made, the socket goes away, and the next look tries again. */
    private void startAgain(ServerSocketChannel again) throws IOException {
        try {
            startAccepting(again);
        } catch (OutOfMemoryError e) {
            again.close();
            Files.deleteIfExists(socket);
            throw new IOException(e.getMessage(), e);
        }
    }

    private void accept(ServerSocketChannel from) {
        while (from.isOpen()) {
            try {
                take(from.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("cannot take a call on {}: {}", socket, e.getMessage());
                Pauses.untilOneIsFree();
            }
        }
    }

    private void take(SocketChannel client) {
        if (!places.tryAcquire()) {
            refuse(client, MOST_CALLS + " commands run on this server already; end some, or try again later");
            return;
        }
        try {
            calls.execute(() -> serveInItsPlace(client));
        } catch (OutOfMemoryError e) {
            places.release();
            refuse(client, NO_THREADS);
            Pauses.untilOneIsFree();
        }
    }

    private void serveInItsPlace(SocketChannel client) {
        try {
            serve(client);
        } finally {
            places.release();
        }
    }

    /** The answer fits into the socket's buffer, so a client that does not read it holds up nobody. */
    private void refuse(SocketChannel client, String why) {
        try (client) {
            DataOutputStream out = new DataOutputStream(ChannelStreams.out(client));
            writeExit(out, refused(out, why));
        } catch (IOException e) {
            LOG.debug("a refused caller has gone: {}", e.getMessage());
        }
    }

    /** Tells the caller why its call is refused; returns the exit status. */
    private int refused(DataOutputStream out, String why) throws IOException {
        LOG.warn("refused a call on {}: {}", socket, why);
        writeError(out, why);
        return Refusal.FAILED;
    }

    private static void writeExit(DataOutputStream out, int status) throws IOException {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(status).array();
        Frame.write(out, Frame.Kind.EXIT, bytes, 0, bytes.length);
    }

    private void serve(SocketChannel client) {
        try (client) {
            DataInputStream in = new DataInputStream(ChannelStreams.in(client));
            DataOutputStream out =
                    new DataOutputStream(new java.io.BufferedOutputStream(ChannelStreams.out(client), 64 * 1024));
            Frame first = Frame.read(in);
            if (first == null || first.kind() != Frame.Kind.CALL) {
                return;
            }
            @Nullable LocalCall call = mapper.readValue(first.content(), LocalCall.class);
            if (call == null) {
                return;
            }
            int exit = call.schema() == LocalCall.SCHEMA ? answer(client, call, in, out) : refuseForm(call, out);
            synchronized (out) {
                writeExit(out, exit);
            }
        } catch (IOException | JacksonException e) {
            LOG.debug("a local call ended early: {}", e.getMessage());
        }
    }

    private static int refuseForm(LocalCall call, DataOutputStream out) throws IOException {
        writeError(
                out,
                "the call has the form " + call.schema() + ", and this agent reads " + LocalCall.SCHEMA
                        + ": `tinyserv-remote restart` of the version that you call with replaces the agent");
        return Refusal.USAGE;
    }

    private static void writeError(DataOutputStream out, String problem) throws IOException {
        byte[] why = (Transcript.PROBLEM + problem + "\n").getBytes(StandardCharsets.UTF_8);
        Frame.write(out, Frame.Kind.ERROR, why, 0, why.length);
    }

    private int answer(SocketChannel client, LocalCall call, DataInputStream in, DataOutputStream out)
            throws IOException {
        Cancellation cancellation = new Cancellation();
        try (PipedOutputStream sink = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(sink, PIPE_BYTES)) {
            Account account = Account.admin(
                    client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
            try {
                calls.execute(() -> pump(in, sink, cancellation));
            } catch (OutOfMemoryError e) {
                return refused(out, NO_THREADS);
            }
            return handler.handle(new Call(
                    new Caller(account),
                    call.arguments(),
                    call.environment(),
                    new WantedInput(input, out),
                    new FrameOutput(out, Frame.Kind.OUTPUT),
                    new FrameOutput(out, Frame.Kind.ERROR),
                    Optional.empty(),
                    cancellation));
        }
    }

    /** Passes the caller's input on to the verb. The end of the connection means that the caller has gone. */
    private static void pump(DataInputStream in, PipedOutputStream sink, Cancellation cancellation) {
        try {
            for (Frame frame = Frame.read(in); frame != null; frame = Frame.read(in)) {
                if (frame.kind() == Frame.Kind.INPUT) {
                    feed(sink, frame.content());
                } else if (frame.kind() == Frame.Kind.INPUT_END) {
                    sink.close();
                }
            }
        } catch (IOException e) {
            LOG.debug("a local caller broke off: {}", e.getMessage());
        }
        cancellation.cancel("the caller has gone");
        try {
            sink.close();
        } catch (IOException e) {
            LOG.debug("the caller's input was closed: {}", e.getMessage());
        }
    }

    /** Drops input that the verb reads no more: the connection must be watched to its end all the same. */
    private static void feed(PipedOutputStream sink, byte[] content) {
        try {
            sink.write(content);
            sink.flush();
        } catch (IOException e) {
            LOG.debug("input after the call's end: {}", e.getMessage());
        }
    }

    /** Takes no more calls, and deletes the socket. Calls under way go on. */
    @Override
    public synchronized void close() {
        closed = true;
        watch.shutdownNow();
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("cannot close {}: {}", socket, e.getMessage());
        }
    }
}
