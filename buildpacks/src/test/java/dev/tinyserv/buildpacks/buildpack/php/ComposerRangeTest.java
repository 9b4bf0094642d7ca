package dev.tinyserv.buildpacks.buildpack.php;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.runtime.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposerRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            ^8.1              ; 8.1.0  ; true
            ^8.1              ; 8.4.2  ; true
            ^8.1              ; 9.0.0  ; false
            ^8                ; 8.0.0  ; true
            ^7.4 || ^8.0      ; 8.2.1  ; true
            ^7.4|^8.0         ; 8.2.1  ; true
            ^7.4|^8.0         ; 9.0.0  ; false
            ~8.1              ; 8.3.0  ; true
            ~8.1              ; 9.0.0  ; false
            ~8.1.2            ; 8.1.9  ; true
            ~8.1.2            ; 8.2.0  ; false
            ~8.1.0 || ~8.2.0  ; 8.2.36 ; true
            >=8.1 <9          ; 8.9.0  ; true
            '>=8.1,<8.3'      ; 8.3.0  ; false
            '>= 8.1, < 8.3'   ; 8.2.9  ; true
            >8.1              ; 8.1.1  ; true
            >8.1              ; 8.1.0  ; false
            <=8.2             ; 8.2.1  ; false
            8.1.*             ; 8.1.27 ; true
            8.1.*             ; 8.2.0  ; false
            8.*               ; 8.2.0  ; true
            *                 ; 5.6.0  ; true
            8.2               ; 8.2.0  ; true
            8.2               ; 8.2.36 ; false
            !=8.1             ; 8.1.0  ; false
            !=8.1             ; 8.1.2  ; true
            <>8.1.2           ; 8.1.2  ; false
            8.1.0.0           ; 8.1.0  ; true
            >=8.1@dev         ; 8.1.0  ; true
            ^8.4              ; 8.4.0RC1 ; true
            >8.4.0beta1       ; 8.4.0RC1 ; true
            >8.3              ; 8.4.0RC1 ; true
            8.1.0 - 8.3.0     ; 8.3.1  ; false
            ^0.3              ; 0.4.0  ; false
            ~8                ; 8.9.0  ; true
            8.1 - 8.3         ; 8.3.9  ; true
            8.1 - 8.3         ; 8.4.0  ; false
            """)
    void readsWhatComposerReads(String range, String version, boolean fits) {
        assertThat(ComposerRange.parse(range)
                        .orElseThrow()
                        .contains(Version.parse(version).orElseThrow()))
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev-main", "~>8.1", "^^8", "8 | nine", "99999999999", "8.1.0.0.0", ">=8.1 <"})
    void saysNothingAboutWhatItDoesNotKnow(String range) {
        assertThat(ComposerRange.parse(range)).isEmpty();
    }
}
