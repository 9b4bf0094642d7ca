package dev.tinyserv.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAnswerTest {
    @Test
    void anAnswerThatFillsThePipeIsRead(@TempDir Path folder) {
        Surroundings surroundings = new Surroundings(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin"), folder);

        LocalAnswer answer = LocalAnswer.of(
                surroundings, List.of("sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; exit 3"), Redirect.DISCARD);

        assertThat(answer.status()).isEqualTo(3);
        assertThat(answer.text()).isEqualTo("x".repeat(64 * 1024));
    }
}
