package dev.tinyserv.buildpacks.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceTextTest {
    private static final String TEXT = "3.11.4\r\nsecond\r\n";

    private static byte[] bytes(String text, Charset charset) {
        return text.getBytes(charset);
    }

    @Test
    void skipsAByteOrderMark() {
        assertThat(SourceText.decode("x", bytes("\uFEFF" + TEXT, StandardCharsets.UTF_8)))
                .isEqualTo(TEXT);
        assertThat(SourceText.decode("x", bytes("\uFEFF", StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(SourceText.decode("x", new byte[0])).isEmpty();
        assertThat(SourceText.decode("x", bytes("\u00fc", StandardCharsets.UTF_8)))
                .isEqualTo("\u00fc");
    }

    /** With and without the mark, in both orders; PowerShell writes the first. */
    @Test
    void namesUtf16() {
        for (byte[] content : new byte[][] {
            bytes("\uFEFF" + TEXT, StandardCharsets.UTF_16LE),
            bytes("\uFEFF" + TEXT, StandardCharsets.UTF_16BE),
            bytes(TEXT, StandardCharsets.UTF_16LE),
            bytes(TEXT, StandardCharsets.UTF_16BE),
            bytes("\uFEFF", StandardCharsets.UTF_16LE),
            bytes("\uFEFFgr\u00fc\u4e2d", StandardCharsets.UTF_16LE),
        }) {
            assertThatThrownBy(() -> SourceText.decode(".nvmrc", content))
                    .hasMessage(".nvmrc is UTF-16; save it as UTF-8");
        }
    }

    @Test
    void tellsUtf32FromUtf16() {
        for (String charset : new String[] {"UTF-32LE", "UTF-32BE"}) {
            for (String mark : new String[] {"", "\uFEFF"}) {
                assertThatThrownBy(() -> SourceText.decode("Procfile", bytes(mark + TEXT, Charset.forName(charset))))
                        .hasMessage("Procfile is UTF-32; save it as UTF-8");
            }
        }
    }

    @Test
    void namesTheLineOfWhatIsNoText() {
        assertThatThrownBy(() -> SourceText.decode("x", bytes("a\nb\0c", StandardCharsets.UTF_8)))
                .hasMessage("x line 2 holds a NUL byte: save it as plain UTF-8 text");
        assertThatThrownBy(() -> SourceText.decode("x", bytes("a\n\n\u00fc", StandardCharsets.ISO_8859_1)))
                .hasMessage("x line 3 is not valid UTF-8: save it as plain UTF-8 text");
    }

    @Test
    void looksIntoWhatOthersReadInUtf16() {
        assertThat(SourceText.lookedInto(bytes("\uFEFF" + TEXT, StandardCharsets.UTF_16LE)))
                .isEqualTo(TEXT);
        assertThat(SourceText.lookedInto(bytes("\uFEFF" + TEXT, StandardCharsets.UTF_16BE)))
                .isEqualTo(TEXT);
        assertThat(SourceText.lookedInto(bytes("\uFEFF" + TEXT, StandardCharsets.UTF_8)))
                .isEqualTo(TEXT);
    }

    @Test
    void neverFailsOtherwiseThanByARefusal() {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            byte[] content = new byte[random.nextInt(40)];
            random.nextBytes(content);
            assertThat(SourceText.lookedInto(content)).isNotNull();
            try {
                assertThat(SourceText.decode("x", content)).isNotNull();
            } catch (Refusal e) {
                assertThat(e.getMessage()).startsWith("x ");
            }
        }
    }
}
