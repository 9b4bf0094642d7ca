package dev.tinyserv.buildpacks.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class ProcfileTest {
    private static Map<String, String> parse(String text) {
        return Procfile.parse(text.getBytes(StandardCharsets.UTF_8)).commands();
    }

    @Test
    void namesTheCommandOfEachType() {
        assertThat(parse("# what runs\nweb: node server.js --port $PORT\n\n  \nworker-2:\tsh -c 'a: b'   \n_x:y"))
                .containsExactly(
                        Map.entry("web", "node server.js --port $PORT"),
                        Map.entry("worker-2", "sh -c 'a: b'"),
                        Map.entry("_x", "y"));
    }

    @Test
    void takesWindowsLineEndsAndAByteOrderMark() {
        assertThat(parse("\uFEFFweb: run\r\n\r\nworker: work\r\n"))
                .containsExactly(Map.entry("web", "run"), Map.entry("worker", "work"));
    }

    @Test
    void keepsEverythingThatAShellMaySee() {
        assertThat(parse("web: exec \"$X\" && echo 'grüß 🚀' | tee <in >out # no comment"))
                .containsEntry("web", "exec \"$X\" && echo 'grüß 🚀' | tee <in >out # no comment");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            web: a\\n<<<<<<< HEAD\\nweb: b       | Procfile line 2 is a merge marker: finish the merge
            web: a\\n=======                     | Procfile line 2 is a merge marker: finish the merge
            web: a\\n>>>>>>> 1a2b3c4 (topic)     | Procfile line 2 is a merge marker: finish the merge
            web: a\\nweb: b                      | Procfile line 2 names web again, as line 1 does: expected each type once
            web a                                | Procfile line 1 is no process: expected `TYPE: COMMAND`, found 'web a'
            web:                                 | Procfile line 1 is no process: expected `TYPE: COMMAND`, found 'web:'
            we b: a                              | Procfile line 1 is no process: expected `TYPE: COMMAND`, found 'we b: a'
            wéb: a                               | Procfile line 1 is no process: expected `TYPE: COMMAND`, found 'wéb: a'
            # only a comment                     | Procfile has no process: add a line such as `web: ./server --port $PORT`
            \\n\\n                               | Procfile has no process: add a line such as `web: ./server --port $PORT`
            """)
    void refusesWhatIsNoProcfileNamingTheLine(String text, String message) {
        assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
                .isInstanceOf(Refusal.class)
                .hasMessage(message);
    }

    @Test
    void refusesAnEmptyFile() {
        assertThatThrownBy(() -> parse("")).hasMessageContaining("no process");
    }

    @Test
    void boundsTypesAndCommands() {
        assertThat(parse("t".repeat(63) + ": a")).hasSize(1);
        assertThatThrownBy(() -> parse("t".repeat(64) + ": a"))
                .hasMessage("Procfile line 1 has a process type of 64 characters: expected at most 63");
        assertThat(parse("web: " + "c".repeat(32 * 1024))).hasSize(1);
        assertThatThrownBy(() -> parse("web: " + "c".repeat(32 * 1024 + 1))).hasMessageContaining("more than 32768");
    }

    @Test
    void escapesAndShortensWhatItQuotes() {
        assertThatThrownBy(() -> parse("\u001b]52;c;evil\u0007" + "x".repeat(10_000)))
                .satisfies(e -> assertThat(e.getMessage())
                        .hasSizeLessThan(200)
                        .contains("\\x1b]52")
                        .doesNotContain("\u001b")
                        .endsWith("…'"));
        assertThatThrownBy(() -> parse("web: a\rweb: b")).hasMessageContaining("web: a\\x0dweb: b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web: a\nworker: b\0c", "web: a\n\0"})
    void namesTheLineWithANul(String text) {
        assertThatThrownBy(() -> parse(text)).hasMessageStartingWith("Procfile line 2 holds a NUL byte");
    }

    @Test
    void namesTheLineThatIsNotUtf8() {
        assertThatThrownBy(() -> Procfile.parse("web: a\nx: gr\u00fc".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessage("Procfile line 2 is not valid UTF-8: save it as plain UTF-8 text");
        assertThatThrownBy(() -> parse("web: a".replace("a", "\0"))).hasMessageContaining("NUL");
        assertThatThrownBy(() -> Procfile.parse("web: a".getBytes(StandardCharsets.UTF_16LE)))
                .hasMessage("Procfile is UTF-16; save it as UTF-8");
    }

    @Test
    void survivesAnythingBinary() {
        Random random = new Random(42);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> Procfile.parse(bytes))
                    .isInstanceOf(Refusal.class)
                    .satisfies(e ->
                            assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
        }
    }

    @Test
    void refusesAHugeFileAtOnce() {
        byte[] huge = "web: x\n".repeat(1_500_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Procfile.parse(huge)).hasMessageContaining("more than the 65536");
        assertThatThrownBy(() -> Procfile.read(new MapSource().with("Procfile", huge)))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void isEmptyWithoutAFileAndRefusesAFolder() throws IOException {
        assertThat(Procfile.read(new MapSource())).isEmpty();
        assertThat(Procfile.read(new MapSource().with("Procfile", "web: x"))).isPresent();
        assertThatThrownBy(() -> Procfile.read(new MapSource().with("Procfile/", "")))
                .hasMessageContaining("link or a folder");
    }
}
