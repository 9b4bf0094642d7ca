package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawTailTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    @Test
    void linesArriveOnceWhenTheyAreComplete() throws IOException {
        Path file = folder.resolve("raw");
        RawTail tail = new RawTail(file, lines::add);
        tail.poll();
        append(file, "one\ntw");
        tail.poll();
        assertThat(lines).containsExactly("one");
        append(file, "ö\nlast");
        tail.finish();
        assertThat(lines).containsExactly("one", "twö", "last");
    }

    @Test
    void holesAreLeftOutAndAShrunkFileIsFollowedFromItsEnd() throws IOException {
        Path file = folder.resolve("raw");
        RawTail tail = new RawTail(file, lines::add);
        append(file, "\0\0\0one\n");
        tail.poll();
        Files.writeString(file, "x\n", StandardCharsets.UTF_8);
        tail.poll();
        append(file, "two\n");
        tail.finish();
        assertThat(lines).containsExactly("one", "... (some lines are only in the log)", "two");
    }

    @Test
    void anEndlessLineIsSplit() throws IOException {
        Path file = folder.resolve("raw");
        append(file, "x".repeat(25_000));
        new RawTail(file, lines::add).finish();
        assertThat(lines).extracting(String::length).containsExactly(10_000, 10_000, 5_000);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
