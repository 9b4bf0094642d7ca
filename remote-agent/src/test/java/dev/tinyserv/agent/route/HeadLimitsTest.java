package dev.tinyserv.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of heads that docs/apps.md promises: what is just within one passes, one byte or field more does not. */
class HeadLimitsTest {
    private static final int REQUEST_HEAD = 16 * 1024;
    private static final int ANSWER_HEAD = 64 * 1024;
    private static final int FIRST_LINE = 8 * 1024;
    private static final int TRAILERS = 8 * 1024;

    private static volatile String answer = "";
    private static Backend app;
    private static RunningRouter router;

    @BeforeAll
    static void start(@TempDir Path root) throws IOException {
        app = Backend.talking((in, out) -> {
            for (String head = Backend.readHead(in); !head.isEmpty(); head = Backend.readHead(in)) {
                Backend.readBody(in, head);
                Backend.write(out, answer);
            }
        });
        router = RunningRouter.in(root).routing(app.endpoint());
    }

    @AfterAll
    static void stop() throws IOException {
        app.close();
        router.close();
    }

    private static int asked(String request) throws IOException {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        return Wire.ask(router.port, request).status();
    }

    private static Wire.Answer answered(String head) throws IOException {
        answer = head;
        return Wire.get(router.port, "/");
    }

    /** A head of this size, its first line and its empty line counted. */
    private static String headOf(String firstLine, int size) {
        StringBuilder head = new StringBuilder(firstLine);
        while (size - head.length() > 1200) {
            head.append("X: ").append("a".repeat(995)).append("\r\n");
        }
        return head.append("X: ")
                .append("a".repeat(size - head.length() - 4))
                .append("\r\n\r\n")
                .toString();
    }

    private static String firstLineOf(int size) {
        return "GET /" + "a".repeat(size - "GET / HTTP/1.1".length()) + " HTTP/1.1\r\n";
    }

    @Test
    void theHeadOfARequestHas16KiB() throws IOException {
        String line = "GET / HTTP/1.1\r\nHost: a\r\n";
        assertThat(asked(headOf(line, REQUEST_HEAD))).isEqualTo(200);
        assertThat(asked(headOf(line, REQUEST_HEAD + 1))).isEqualTo(431);
        String longLine = firstLineOf(FIRST_LINE) + "Host: a\r\n";
        assertThat(asked(headOf(longLine, REQUEST_HEAD))).isEqualTo(200);
        assertThat(asked(headOf(longLine, REQUEST_HEAD + 1))).isEqualTo(431);
    }

    @Test
    void theFirstLineOfARequestHas8KiB() throws IOException {
        assertThat(asked(firstLineOf(FIRST_LINE) + "Host: a\r\n\r\n")).isEqualTo(200);
        assertThat(asked(firstLineOf(FIRST_LINE + 1) + "Host: a\r\n\r\n")).isEqualTo(414);
    }

    /** However the bytes come. */
    @Test
    void aLineThatComesInPiecesHasTheSameLimit() throws IOException {
        for (int size : new int[] {FIRST_LINE, FIRST_LINE + 1}) {
            String bytes = firstLineOf(size) + "Host: a\r\n\r\n";
            try (Wire wire = new Wire(router.port)) {
                answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                for (int cut : new int[] {0, 100, FIRST_LINE - 1, FIRST_LINE, FIRST_LINE + 1, FIRST_LINE + 2}) {
                    wire.send(bytes.substring(cut, Math.min(bytes.length(), nextCut(cut))));
                }
                wire.send(bytes.substring(FIRST_LINE + 3));
                assertThat(wire.answer().status()).isEqualTo(size == FIRST_LINE ? 200 : 414);
            }
        }
    }

    private static int nextCut(int cut) {
        return cut == 0 ? 100 : cut == 100 ? FIRST_LINE - 1 : cut + 1;
    }

    @Test
    void aRequestHas100Fields() throws IOException {
        String host = "GET / HTTP/1.1\r\nHost: a\r\n";
        assertThat(asked(host + "X: a\r\n".repeat(99) + "\r\n")).isEqualTo(200);
        assertThat(asked(host + "X: a\r\n".repeat(100) + "\r\n")).isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theTrailersOfARequestHave8KiBAnd32Fields(int more) throws IOException {
        String post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        assertThat(asked(post + headOf("", TRAILERS + more))).isEqualTo(more == 0 ? 200 : 431);
        assertThat(asked(post + "X: a\r\n".repeat(32 + more) + "\r\n")).isEqualTo(more == 0 ? 200 : 431);
    }

    @Test
    void theHeadOfAnAnswerHas64KiB() throws IOException {
        String line = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
        assertThat(answered(headOf(line, ANSWER_HEAD)).status()).isEqualTo(200);
        assertThat(answered(headOf(line, ANSWER_HEAD + 1)).status()).isEqualTo(502);
        RunningRouter.await(() -> heard("sent a head of more than 65536 bytes"));
    }

    @Test
    void theFirstLineOfAnAnswerHas8KiB() throws IOException {
        String line = "HTTP/1.1 200 " + "a".repeat(FIRST_LINE - "HTTP/1.1 200 ".length());
        String rest = "\r\nContent-Length: 0\r\n\r\n";
        assertThat(answered(line + rest).status()).isEqualTo(200);
        assertThat(answered(line + "a" + rest).status()).isEqualTo(502);
        RunningRouter.await(() -> heard("sent a first line of more than 8192 bytes"));
    }

    @Test
    void anAnswerHas400Fields() throws IOException {
        String line = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
        assertThat(answered(line + "X: a\r\n".repeat(399) + "\r\n").status()).isEqualTo(200);
        assertThat(answered(line + "X: a\r\n".repeat(400) + "\r\n").status()).isEqualTo(502);
        RunningRouter.await(() -> heard("sent more than 400 header fields"));
    }

    private static boolean heard(String text) {
        return router.heard.all.stream().anyMatch(line -> line.contains(" 502 ") && line.contains(text));
    }

    @Test
    void theDocumentSaysSo() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "apps.md"));
        assertThat(document)
                .contains("| the head of a request, with its first line and its empty one | 16 KiB, 100 fields |")
                .contains("| the head of an app's answer, likewise | 64 KiB, 400 fields |")
                .contains("| the first line of either | 8 KiB without its line end |")
                .contains("| the trailers of a chunked body | 8 KiB, 32 fields |");
    }
}
