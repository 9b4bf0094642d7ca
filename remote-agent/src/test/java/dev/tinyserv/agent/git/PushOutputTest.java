package dev.tinyserv.agent.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a push prints reaches the developer's terminal without anything that it would obey (CVE-2024-52005). */
class PushOutputTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void linesArriveInOrderAsProgressPackets() {
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        PushOutput output = start(client, LONG, () -> {});
        output.line("one");
        output.step("two");
        output.finish(LONG);
        output.line("after the end");
        String read = client.toString(StandardCharsets.UTF_8);
        assertThat(read)
                .contains("\2")
                .contains("one\n")
                .contains("-----> two\n")
                .doesNotContain("after the end");
        assertThat(read.indexOf("one")).isLessThan(read.indexOf("two"));
    }

    @Test
    void silenceIsBrokenByEmptyPackets() throws Exception {
        PipedInputStream client = new PipedInputStream();
        PushOutput output = start(new PipedOutputStream(client), Duration.ofMillis(5), () -> {});
        assertThat(new String(client.readNBytes(10), StandardCharsets.US_ASCII)).isEqualTo("0005\1" + "0005\1");
        output.finish(Duration.ZERO);
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNothing() throws Exception {
        CountDownLatch readsAgain = new CountDownLatch(1);
        ByteArrayOutputStream client = new ByteArrayOutputStream();
        OutputStream stalled = new OutputStream() {
            @Override
            public void write(int b) {
                client.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    readsAgain.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                client.write(bytes, offset, length);
            }
        };
        PushOutput output = start(stalled, LONG, () -> {});
        String line = "x".repeat(10_000);
        for (int i = 0; i < 20_000; i++) {
            output.line(line);
        }
        output.finish(Duration.ofMillis(20));
        readsAgain.countDown();
        output.finish(LONG);
        assertThat(client.size()).isLessThan(2 << 20);
    }

    @Test
    void droppedLinesAreCounted() throws Exception {
        PipedInputStream client = new PipedInputStream(4 << 20);
        PipedOutputStream pipe = new PipedOutputStream(client);
        PushOutput output;
        synchronized (client) {
            // the pipe cannot be written while its monitor is held
            output = start(pipe, LONG, () -> {});
            for (int i = 0; i < 1000; i++) {
                output.line("x".repeat(3000));
            }
        }
        output.finish(LONG);
        pipe.close();
        assertThat(new String(client.readAllBytes(), StandardCharsets.UTF_8)).contains("lines are left out");
    }

    @Test
    void aClientThatIsGoneIsTold() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        PushOutput output = start(broken, LONG, gone::countDown);
        output.line("one");
        assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
        output.line("two");
        output.finish(LONG);
    }

    private static PushOutput start(OutputStream client, Duration keepAlive, Runnable whenGone) {
        return new PushOutput("test-output", client, true, client, keepAlive, whenGone);
    }
}
