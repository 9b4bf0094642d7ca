package dev.tinyserv.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private static final Terminal TERMINAL = new Terminal(true, true, true, false);

    @Test
    void aLongWaitIsShownAndErased() throws InterruptedException {
        CountDownLatch shown = new CountDownLatch(1);
        ByteArrayOutputStream err = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                shown.countDown();
            }
        };
        try (Waiting waiting = console(err, TERMINAL).waiting()) {
            assertThat(shown.await(60, TimeUnit.SECONDS)).isTrue();
            waiting.end();
            assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("Waiting for server…\r\033[K");
        }
    }

    @Test
    void aShortWaitIsNot() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        console(err, TERMINAL).waiting().end();

        assertThat(err.size()).isZero();
    }

    @Test
    void linesOfTheConsoleCannotMoveTheCursor() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        console(err, Terminal.NONE).problem("bad\u001b[2J\nname\u009b\u202e");

        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(" !     bad\\u001b[2J\\u000aname\\u009b\\u202e\n");
    }

    private static Console console(OutputStream err, Terminal terminal) {
        return new Console(InputStream.nullInputStream(), OutputStream.nullOutputStream(), err, terminal);
    }
}
