package dev.tinyserv.buildpacks.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void controlsAndTurnsOfDirectionAreEscaped() {
        assertThat(Printable.escaped("a\tb\u001b[2J\r\n\u007f\u009b\u202e\u2066grün"))
                .isEqualTo("a\tb\\x1b[2J\\x0d\\x0a\\x7f\\x9b\\u202e\\u2066grün");
    }

    @Test
    void jsonKeepsItsValueAndItsLines() {
        assertThat(Printable.escapedJson("{\n  \"a\" : \"\u007f\u009b31m\u202e grün\"\n}"))
                .isEqualTo("{\n  \"a\" : \"\\u007f\\u009b31m\\u202e grün\"\n}");
    }

    @Test
    void jsonEscapesHalvesOfPairsOnly() {
        assertThat(Printable.escapedJson("\"\ud83d \ud83d\ude00 \ude00\""))
                .isEqualTo("\"\\ud83d \ud83d\ude00 \\ude00\"");
    }

    @Test
    void cutsBetweenCharactersAndNeverInOne() {
        assertThat(Printable.shortened("ab\ud83d\ude00c", 3)).isEqualTo("ab…");
        assertThat(Printable.shortened("ab\ud83d\ude00c", 4)).isEqualTo("ab\ud83d\ude00…");
        assertThat(Printable.shortened("abc", 3)).isEqualTo("abc");
        assertThat(Printable.shortened("abc", 0)).isEqualTo("…");
    }

    @Test
    void aQuotedPieceShowsWhatNobodyWouldSee() {
        assertThat(Printable.excerpt("\ufeffa\tb\rc\u202e", 60)).isEqualTo("\\ufeffa\\x09b\\x0dc\\u202e");
        assertThat(Printable.excerpt("ab\ud83d\ude00c", 3)).isEqualTo("ab…");
    }
}
