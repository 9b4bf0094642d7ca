package dev.tinyserv.agent.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.command.Call;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Eventually;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class LocalDoorTest {
    @TempDir
    private Path root;

    private Layout layout = new Layout(Path.of("/"));
    private Call.Handler handler = call -> 0;
    private LocalDoor door;

    @BeforeEach
    void open() throws IOException {
        layout = new Layout(root);
        Files.createDirectories(layout.run());
        door = LocalDoor.open(layout, call -> handler.handle(call), () -> true);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void carriesArgumentsStreamsAndTheExitStatus() throws IOException {
        byte[] input = new byte[3_000_000];
        new Random(1).nextBytes(input);
        handler = call -> {
            try {
                assertThat(call.arguments()).containsExactly("config:set", "K=ü\n😀");
                assertThat(call.environment()).isEqualTo(Map.of("GIT_PROTOCOL", "version=2"));
                assertThat(call.account().name()).isEqualTo(System.getProperty("user.name"));
                call.err().write("careful\n".getBytes(StandardCharsets.UTF_8));
                call.in().transferTo(call.out());
                return 7;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        var exit = new LocalClient(layout)
                .call(
                        List.of("config:set", "K=ü\n😀"),
                        Map.of("GIT_PROTOCOL", "version=2", "SECRET", "x"),
                        new ByteArrayInputStream(input),
                        out,
                        err);

        assertThat(exit).contains(7);
        assertThat(out.toByteArray()).isEqualTo(input);
        assertThat(err).hasToString("careful\n");
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
    }

    private Optional<Integer> printTo(OutputStream out, OutputStream err) {
        return new LocalClient(layout).call(List.of("x"), Map.of(), InputStream.nullInputStream(), out, err);
    }

    @Test
    void outputThatNobodyReadsAnyMoreEndsTheCallSilently() {
        CountDownLatch cancelled = new CountDownLatch(1);
        handler = call -> {
            var registration = call.cancellation().onCancel(cancelled::countDown);
            try (registration) {
                call.out().write("line\n".getBytes(StandardCharsets.UTF_8));
                cancelled.await(60, TimeUnit.SECONDS);
                return 0;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };

        assertThat(printTo(failing("Broken pipe"), new ByteArrayOutputStream())).contains(141);
        Eventually.until("the verb is told", () -> cancelled.getCount() == 0);
    }

    @Test
    void outputThatTheDiskDoesNotTakeIsNotTheAgentsFault() {
        handler = call -> {
            try {
                call.out().write("line\n".getBytes(StandardCharsets.UTF_8));
                return 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        assertThatThrownBy(() -> printTo(failing("No space left on device"), new ByteArrayOutputStream()))
                .isInstanceOf(Refusal.class)
                .hasMessage("the output cannot be written: No space left on device");
    }

    @Test
    void takesNothingOfTheInputThatTheVerbDoesNotRead() {
        ByteArrayInputStream input = new ByteArrayInputStream(new byte[1_000]);
        handler = call -> call.arguments().size();

        var exit = new LocalClient(layout)
                .call(List.of("x"), Map.of(), input, new ByteArrayOutputStream(), new ByteArrayOutputStream());

        assertThat(exit).contains(1);
        assertThat(input.available()).isEqualTo(1_000);
    }

    @Test
    void tellsTheVerbThatItsCallerHasGone() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        handler = call -> {
            var registration = call.cancellation().onCancel(cancelled::countDown);
            try (registration) {
                cancelled.await(60, TimeUnit.SECONDS);
                return 0;
            } catch (InterruptedException e) {
                return 1;
            }
        };
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(layout.agentSocket()))) {
            byte[] call = "{\"schema\":1,\"arguments\":[\"logs\"],\"environment\":{}}".getBytes(StandardCharsets.UTF_8);
            var out = new java.io.DataOutputStream(Channels.newOutputStream(client));
            Frame.write(out, Frame.Kind.CALL, call, 0, call.length);
        }
        assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void refusesACallOfAnotherForm() throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(layout.agentSocket()))) {
            byte[] call = "{\"schema\":2,\"arguments\":[\"logs\"],\"environment\":{}}"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            Frame.write(
                    new java.io.DataOutputStream(Channels.newOutputStream(client)),
                    Frame.Kind.CALL,
                    call,
                    0,
                    call.length);
            var in = new java.io.DataInputStream(Channels.newInputStream(client));
            Frame told = java.util.Objects.requireNonNull(Frame.read(in));
            assertThat(told.kind()).isEqualTo(Frame.Kind.ERROR);
            assertThat(told.content())
                    .asString(java.nio.charset.StandardCharsets.UTF_8)
                    .startsWith(" !     the call has the form 2, and this agent reads 1: ");
            assertThat(java.util.Objects.requireNonNull(Frame.read(in)).kind()).isEqualTo(Frame.Kind.EXIT);
        }
    }

    @Test
    void survivesGarbage() throws IOException {
        for (byte[] garbage : List.of(
                new byte[] {'c', 127, 127, 127, 127},
                new byte[] {'z', 0, 0, 0, 0},
                new byte[] {'c', 0, 0, 0, 1, '{'},
                new byte[0])) {
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(layout.agentSocket()))) {
                client.write(ByteBuffer.wrap(garbage));
                client.shutdownOutput();
                assertThat(readToTheEnd(client)).isZero();
            }
        }
        assertThat(ask(new LocalClient(layout), new ByteArrayOutputStream())).contains(0);
    }

    @Test
    void refusesWhoeverComesWhenAllPlacesAreTaken() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                silent.add(SocketChannel.open(UnixDomainSocketAddress.of(layout.agentSocket())));
            }
            for (int i = 0; i < 50; i++) {
                ByteArrayOutputStream err = new ByteArrayOutputStream();

                assertThat(ask(new LocalClient(layout), err)).contains(1);
                assertThat(err)
                        .hasToString(" !     200 commands run on this server already; end some, or try again later\n");
            }

            silent.remove(0).close();

            awaitAnswer(0);
        } finally {
            for (SocketChannel client : silent) {
                client.close();
            }
        }
    }

    /** Threads of a machine that can make none until it is told to. */
    private static final class NoThreads extends ThreadPoolExecutor {
        private final AtomicInteger left;

        NoThreads(int atFirst) {
            super(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>());
            left = new AtomicInteger(atFirst);
        }

        @Override
        public void execute(Runnable work) {
            if (left.getAndDecrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread: possibly out of memory");
            }
            super.execute(work);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1}) // the thread of the call, and that of its input
    void whoeverComesWhenNoThreadCanBeMadeIsToldAndTheNextCallIsAnswered(int threads) {
        door.close();
        door = LocalDoor.open(layout, call -> 0, () -> true, new NoThreads(threads));
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(ask(new LocalClient(layout), err)).contains(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("no more threads")
                .hasLineCount(1);
        assertThat(ask(new LocalClient(layout), new ByteArrayOutputStream())).contains(0);
    }

    private void awaitAnswer(int exit) {
        Eventually.until(
                "the door answers",
                () -> ask(new LocalClient(layout), new ByteArrayOutputStream()).equals(Optional.of(exit)));
    }

    /** How many bytes came until the door closed; that it resets the connection is as good. */
    private static int readToTheEnd(SocketChannel client) {
        try {
            return Channels.newInputStream(client).readAllBytes().length;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void saysNothingWhereNoAgentListens() {
        door.close();
        assertThat(ask(new LocalClient(layout), new ByteArrayOutputStream())).isEmpty();
    }

    @Test
    void aDeletedSocketIsMadeAgain() throws Exception {
        Files.delete(layout.agentSocket());

        awaitAnswer(0);
    }

    @Test
    void anAgentThatIsSilentIsNotWaitedForForEver() throws IOException {
        door.close();
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(layout.agentSocket()));

            assertThatThrownBy(() -> ask(new LocalClient(layout, Duration.ofMillis(300)), new ByteArrayOutputStream()))
                    .isInstanceOf(AgentSilent.class);
        }
    }

    private static Optional<Integer> ask(LocalClient client, ByteArrayOutputStream err) {
        return client.call(List.of("x"), Map.of(), InputStream.nullInputStream(), new ByteArrayOutputStream(), err);
    }

    @Test
    void asksForAShorterRootWhenTheSocketWouldNotFit() throws IOException {
        Layout deep = new Layout(root.resolve("x".repeat(120)));
        Files.createDirectories(deep.run());
        assertThatThrownBy(() -> LocalDoor.open(deep, call -> 0, () -> true))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("shorter TINYSERV_ROOT");
    }
}
