package dev.tinyserv.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnchangedFilesTest {
    /** For which all files were changed long ago. */
    private final UnchangedFiles<String> files =
            new UnchangedFiles<>(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(10)));

    @TempDir
    Path folder;

    private Path file;
    private int reads;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("a.json"), "one");
    }

    private String content(UnchangedFiles<String> from) {
        return from.read(file, path -> {
            reads++;
            try {
                return Files.readString(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void aFileThatHasNotChangedIsReadOnce() {
        assertThat(content(files)).isEqualTo("one");
        assertThat(content(files)).isEqualTo("one");
        assertThat(reads).isOne();
    }

    @Test
    void aFileThatWasReplacedIsReadAgainWhateverTimeItClaims() throws IOException {
        FileTime old = Files.getLastModifiedTime(file);
        content(files);

        Path other = Files.writeString(folder.resolve("other"), "two");
        Files.setLastModifiedTime(other, old);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(content(files)).isEqualTo("two");
    }

    @Test
    void aFileThatWasWrittenOverIsReadAgainWhateverTimeItClaims() throws Exception {
        FileTime old = Files.getLastModifiedTime(file);
        Instant before = Instant.now();
        content(files);
        while (!Instant.now().isAfter(before.plusMillis(20))) {
            Thread.onSpinWait(); // until the file system's clock has ticked
        }

        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, old);

        assertThat(content(files)).isEqualTo("two");
    }

    /** It could change again within the tick of the clock that its time counts in. */
    @Test
    void aFileThatHasJustChangedIsReadAgain() throws IOException {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        UnchangedFiles<String> then = new UnchangedFiles<>(Clock.fixed(changed, ZoneOffset.UTC));
        content(then);
        content(then);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void otherFilesAreForgotten() {
        content(files);
        files.retain(List.of(folder.resolve("b.json")));
        content(files);
        assertThat(reads).isEqualTo(2);
    }

    @Test
    void whatTheReaderThrowsIsThrownAndReadAgain() {
        assertThatThrownBy(() -> files.read(file, path -> {
                    throw new Refusal("damaged");
                }))
                .isInstanceOf(Refusal.class);
        assertThat(content(files)).isEqualTo("one");
    }
}
