package dev.tinyserv.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentsTest {
    private static final long LIMIT = 64 * 1024;

    @TempDir
    Path root;

    private Segments open() throws IOException {
        Segments segments = new Segments(root.resolve("shop"), LIMIT);
        segments.load();
        return segments;
    }

    private static byte[] line(String message) {
        return ("2026-11-20T10:00:12.123456+00:00 app[web.1]: " + message + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("shop"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private long bytes() throws IOException {
        long total = 0;
        for (String name : files()) {
            total += Files.size(root.resolve("shop").resolve(name));
        }
        return total;
    }

    private Path first() {
        return root.resolve("shop/00000001.log");
    }

    @Test
    void linksInThePlaceOfItsFilesAreNotWrittenThrough() throws IOException {
        Path victim = Files.writeString(root.resolve("victim"), "somebody else's\n");
        Files.createDirectories(root.resolve("shop"));
        Files.createSymbolicLink(first(), victim);

        Segments segments = open();
        segments.append(line("one"));
        assertThat(Files.isSymbolicLink(first())).isFalse();
        Files.delete(first());
        Files.createSymbolicLink(first(), victim);
        segments.append(line("two"));

        assertThat(victim).hasContent("somebody else's\n");
        assertThat(open().extent().end()).isEqualTo(line("two").length);
    }

    @Test
    void theBoundHoldsAfterEveryWriteAlsoWithLinesLargerThanASegment() throws IOException {
        Segments segments = open();
        for (int i = 0; i < 300; i++) {
            segments.append(line("x".repeat(i % 50 == 0 ? 30_000 : 997)));
            assertThat(bytes()).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(bytes()).isGreaterThan(LIMIT / 3);
        assertThat(files()).doesNotContain("00000001.log");
        assertThat(segments.extent().end()).isGreaterThan(300 * 997L);
    }

    @Test
    void onlyTheOwnerCanRead() throws IOException {
        open().append(line("hello"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first())))
                .isEqualTo("rw-------");
    }

    @Test
    void goesOnAfterARestartInTheLastSegment() throws IOException {
        open().append(line("before"));
        Segments segments = new Segments(root.resolve("shop"), LIMIT);
        assertThat(segments.load()).contains(Instant.parse("2026-11-20T10:00:12.123456Z"));
        segments.append(line("after"));
        assertThat(Files.readAllLines(first())).hasSize(2);
        assertThat(files()).hasSize(1);
    }

    @Test
    void aTornLastLineIsEnded() throws IOException {
        open().append(line("before"));
        Files.writeString(first(), "2026-11-20T10:0", StandardOpenOption.APPEND);
        open().append(line("after"));
        assertThat(Files.readAllLines(first())).hasSize(3).element(2).asString().endsWith(": after");
    }

    @Test
    void theRestOfAWriteThatFailedIsOverwritten() throws IOException {
        Segments segments = open();
        segments.append(line("one"));
        Files.writeString(first(), "2026-11-20T10:00:13.123456+00:00 app[web.1]: to", StandardOpenOption.APPEND);
        segments.append(line("2"));
        assertThat(Files.readAllLines(first())).hasSize(2).element(1).asString().endsWith(": 2");
    }

    @Test
    void aDeletedOrCutFileIsReplacedByANewOne() throws IOException {
        Segments segments = open();
        segments.append(line("one"));
        Files.delete(first());
        segments.append(line("two"));
        assertThat(files()).containsExactly("00000002.log");
        Files.writeString(root.resolve("shop/00000002.log"), "");
        segments.append(line("three"));
        assertThat(files()).containsExactly("00000002.log", "00000003.log");
    }

    @Test
    void failuresLeaveNothingBehind() throws IOException {
        Segments segments = open();
        Files.writeString(root.resolve("shop"), "in the way");
        for (int i = 0; i < 20; i++) {
            try {
                segments.append(line("lost"));
            } catch (IOException expected) {
                assertThat(segments.extent().end()).isZero();
            }
        }
        assertThat(segments.extent().segments().size()).isLessThanOrEqualTo(1);
        Files.delete(root.resolve("shop"));
        segments.append(line("kept"));
        assertThat(files()).hasSize(1);
    }

    /** Their names match, but none is as we write it, or none is a file. */
    @Test
    void whatIsNamedAlmostLikeASegmentIsPassedOver() throws IOException {
        open().append(line("one"));
        Path folder = root.resolve("shop");
        Files.writeString(folder.resolve("000000001.log"), "mine");
        Files.createDirectory(folder.resolve("00000007.log"));

        Segments segments = open();
        assertThat(segments.extent().end()).isEqualTo(line("one").length);
        segments.append(line("two"));
        segments.append(line("x".repeat(30_000)));
        assertThat(open().extent().segments()).hasSize(2);
        assertThat(files()).containsExactly("000000001.log", "00000001.log", "00000007.log", "00000008.log");

        segments.delete();
        assertThat(files()).containsExactly("000000001.log", "00000007.log");
    }

    /** Nothing can be made in this folder, as in one that is deleted at that moment. */
    @Test
    void linesThatWereNotWrittenAreNotTakenForWritten() throws IOException {
        Segments segments = new Segments(Path.of("/proc/self"), LIMIT);

        assertThatThrownBy(() -> segments.append(line("lost"))).isInstanceOf(IOException.class);
        assertThat(segments.extent().end()).isZero();
    }

    @Test
    void strangersFilesAreLeftAlone() throws IOException {
        Segments segments = open();
        segments.append(line("one"));
        Files.writeString(root.resolve("shop/notes.txt"), "mine");
        open().delete();
        assertThat(files()).containsExactly("notes.txt");
    }
}
