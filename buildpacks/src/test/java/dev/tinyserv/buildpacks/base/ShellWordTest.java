package dev.tinyserv.buildpacks.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "it's", "''", "$HOME `id` \\ \" * ~ ! # & ; | < > ( )", "a\nb\t", "grün \\'"})
    void aShellReadsTheTextAgain(String text) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.quoted(text)).start();
        assertThat(shell.getInputStream().readAllBytes()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(shell.waitFor()).isZero();
    }
}
