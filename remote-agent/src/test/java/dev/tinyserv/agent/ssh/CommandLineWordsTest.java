package dev.tinyserv.agent.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The words of a command line are taken as they are: what a shell would make of them (CVE-2026-45408, CVE-2013-4490)
 * nobody makes of them here.
 */
class CommandLineWordsTest {
    static Stream<Arguments> lines() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("  \t\n ", List.of()),
                Arguments.of("git-receive-pack 'shop'", List.of("git-receive-pack", "shop")),
                Arguments.of("a  b\tc", List.of("a", "b", "c")),
                Arguments.of("'' \"\"", List.of("", "")),
                Arguments.of("a'b'\"c\"d", List.of("abcd")),
                Arguments.of("'a\"b' \"a'b\"", List.of("a\"b", "a'b")),
                Arguments.of("'a\\'", List.of("a\\")),
                Arguments.of("\"a\\\"b\\\\c\\d\"", List.of("a\"b\\c\\d")),
                Arguments.of("a\\ b \\'c", List.of("a b", "'c")),
                Arguments.of("'it'\\''s'", List.of("it's")),
                Arguments.of("'a\nb'", List.of("a\nb")),
                Arguments.of("K=$V *", List.of("K=$V", "*")),
                Arguments.of("grüße '🚀'", List.of("grüße", "🚀")));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void splitsAsAShellDoes(String line, List<String> words) {
        assertThat(CommandLineWords.split(line)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'", "\"", "a 'b", "a \"b\\\"", "\\", "a\u0000b", "'a\u0000'"})
    void refusesWhatIsNoCommand(String line) {
        assertThatThrownBy(() -> CommandLineWords.split(line))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.exitCode()).isEqualTo(2))
                .message()
                .hasLineCount(1);
    }

    @Test
    void agreesWithShOnQuotedArguments() throws Exception {
        Random random = new Random(7);
        String alphabet = "ab '\"\\$`;*\n";
        for (int round = 0; round < 30; round++) {
            StringBuilder argument = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                argument.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String quoted = "'" + argument.toString().replace("'", "'\\''") + "'";
            String doubled = "\"" + argument.toString().replaceAll("([\"\\\\$`])", "\\\\$1") + "\"";
            Process sh = new ProcessBuilder("sh", "-c", "printf '%s|' " + quoted + " " + doubled).start();
            String printed = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(String.join("|", CommandLineWords.split(quoted + " " + doubled)) + "|")
                    .isEqualTo(printed);
        }
    }
}
