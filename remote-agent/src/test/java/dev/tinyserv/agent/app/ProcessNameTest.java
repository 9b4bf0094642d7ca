package dev.tinyserv.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessNameTest {
    @Test
    void itIsReadAsItIsWritten() {
        ProcessName name = new ProcessName(new ProcessType("my-worker"), 12);
        assertThat(name).hasToString("my-worker.12");
        assertThat(ProcessName.of("my-worker.12")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web", ".1", "web.", "web.0", "web.-1", "web.1.x", "we b.1", "web.99999999999"})
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> ProcessName.of(text)).isInstanceOf(Refusal.class);
    }
}
