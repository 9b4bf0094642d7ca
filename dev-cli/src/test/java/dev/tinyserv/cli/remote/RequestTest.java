package dev.tinyserv.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tinyserv.cli.output.Problem;
import dev.tinyserv.cli.output.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RequestTest {
    @Test
    void isOneLineOfJson() {
        assertThat(header(null, "ps"))
                .isEqualTo("{\"schema\":1,\"arguments\":[\"ps\"],\"app\":null,\"host\":\"server\","
                        + "\"color\":false}\n");
        assertThat(header("myapp", "ps")).contains("\"app\":\"myapp\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a\nb\r\t", "\"", "\\", "\\\"", "\u0000\u001f\u007f", "é€😀", "\u2028", "</x>", "{}[],:"})
    void keepsEveryValue(String value) {
        String header = header(null, "config:set", value);

        assertThat(header.indexOf('\n')).isEqualTo(header.length() - 1);
        JsonNode arguments = JsonMapper.shared().readTree(header).get("arguments");
        assertThat(arguments.get(1).stringValue()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"K=\uFFFD", "\uD800", "\uDC00", "a\uDC00\uD800", "\uD800x"})
    void refusesWhatWasNotText(String value) {
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> header(null, "config:set", value))
                .matches(problem -> problem.status() == 2)
                .withMessageContaining("not valid UTF-8");
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThat(header(null, "config:set", "K=" + "x".repeat(250 * 1024))).endsWith("}\n");
        assertThatExceptionOfType(Problem.class)
                .isThrownBy(() -> header(null, "config:set", "K=" + "x".repeat(256 * 1024)))
                .withMessageContaining("KEY=- < file");
    }

    private static String header(@Nullable String app, String... arguments) {
        byte[] line = new Request(List.of(arguments), app, false).header("server", Terminal.NONE);
        return new String(line, StandardCharsets.UTF_8);
    }
}
