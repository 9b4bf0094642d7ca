package dev.tinyserv.buildpacks.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    private final List<String> lines = new ArrayList<>();

    private void add(int from, String line) {
        lines.add(line);
    }

    private int split(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return LineSplitter.split(bytes, bytes.length, this::add);
    }

    @Test
    void takesCompleteLinesAndLeavesTheBeginningOfTheNext() {
        assertThat(split("one\r\n\ntwo\nthr")).isEqualTo(10);
        assertThat(lines).containsExactly("one", "", "two");
    }

    @Test
    void keepsACarriageReturnThatEndsNoLine() {
        split("10%\r20%\r\n");
        assertThat(lines).containsExactly("10%\r20%");
    }

    @Test
    void aLineOfExactlyTheLimitIsOneLine() {
        String longest = "x".repeat(LineSplitter.LONGEST);
        split(longest + "\n" + longest + "\r\n" + longest + "y\n");
        assertThat(lines).containsExactly(longest, longest, longest, "y");
    }

    @Test
    void splitsALongLineBetweenTwoCharacters() {
        split("a" + "€".repeat(5000) + "\n");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).getBytes(StandardCharsets.UTF_8)).hasSize(1 + 3 * 3333);
        assertThat(String.join("", lines)).isEqualTo("a" + "€".repeat(5000));
    }

    @Test
    void whatIsNotUtf8IsShownAsReplacement() {
        byte[] bytes = {'a', (byte) 0xff, (byte) 0xc3, '\n', (byte) 0x80, 0, '\n'};
        assertThat(LineSplitter.split(bytes, bytes.length, this::add)).isEqualTo(bytes.length);
        assertThat(lines).containsExactly("a\ufffd\ufffd", "\ufffd\0");
    }

    @Test
    void anUnfinishedCharacterWaitsForItsRest() {
        byte[] bytes = "né".getBytes(StandardCharsets.UTF_8);
        assertThat(LineSplitter.rest(bytes, 2, false, this::add)).isEqualTo(1);
        assertThat(LineSplitter.rest(bytes, 3, false, this::add)).isEqualTo(3);
        assertThat(LineSplitter.rest(bytes, 2, true, this::add)).isEqualTo(2);
        assertThat(lines).containsExactly("n", "né", "n\ufffd");
    }

    @Test
    void aStreamGivesTheSameLinesInWhateverPiecesItComes() {
        String text = "one\r\n\n" + "€".repeat(12_000) + "\r\n" + "x".repeat(LineSplitter.LONGEST) + "\r\nlast é";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        split(text);
        List<String> whole = List.copyOf(lines);
        for (int piece : new int[] {1, 7, 8192, bytes.length}) {
            lines.clear();
            LineSplitter stream = new LineSplitter(lines::add);
            for (int at = 0; at < bytes.length; at += piece) {
                int count = Math.min(piece, bytes.length - at);
                stream.add(Arrays.copyOfRange(bytes, at, at + count), count);
            }
            assertThat(lines).as("%d", piece).isEqualTo(whole);
            stream.end();
            assertThat(lines).last().isEqualTo("last é");
            assertThat(lines).hasSize(whole.size() + 1);
        }
    }

    @Test
    void aStreamThatEndsWithinALineEndsWithThatLine() {
        LineSplitter stream = new LineSplitter(lines::add);
        byte[] bytes = ("x".repeat(LineSplitter.LONGEST) + "y").getBytes(StandardCharsets.UTF_8);
        stream.add(bytes, bytes.length);
        stream.add(new byte[] {(byte) 0xc3}, 1);
        stream.end();
        stream.end();
        assertThat(lines).containsExactly("x".repeat(LineSplitter.LONGEST), "y\ufffd");
    }

    @Test
    void noByteIsLostOrDoubledWhateverComesInWhateverPieces() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(40_000)];
            int alphabet = 1 + random.nextInt(3);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextInt(alphabet * 4000) == 0 ? '\n' : 'a' + random.nextInt(26));
            }
            lines.clear();
            int taken = LineSplitter.split(bytes, bytes.length, this::add);
            String text = new String(bytes, 0, taken, StandardCharsets.US_ASCII);
            assertThat(String.join("", lines)).isEqualTo(text.replace("\n", ""));
            assertThat(bytes.length - taken).isLessThan(LineSplitter.LONGEST + 2);
            assertThat(lines).allMatch(line -> line.length() <= LineSplitter.LONGEST);
        }
    }
}
