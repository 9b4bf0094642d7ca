package dev.tinyserv.agent.app;

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
}
