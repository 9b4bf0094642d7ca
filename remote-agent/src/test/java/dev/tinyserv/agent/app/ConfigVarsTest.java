package dev.tinyserv.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigVarsTest {
    @Test
    void keepsAnyTextByteForByte() {
        String value = "a=b\n\"quoted\" 'single' $HOME `x` 😀\r\n\t";
        assertThat(ConfigVars.none().with(Map.of("V", value)).asMap()).containsEntry("V", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1A", "A-B", "A B", "A=B", "É", "A\n"})
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> new ConfigVars(Map.of(name, "x"))).isInstanceOf(Refusal.class);
    }

    @Test
    void refusesWhatNoEnvironmentCanHold() {
        assertThatThrownBy(() -> new ConfigVars(Map.of("V", "a\0b"))).hasMessageContaining("NUL");
        assertThatThrownBy(() -> new ConfigVars(Map.of("V", "\ud800"))).hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> new ConfigVars(Map.of("V", "x".repeat(ConfigVars.LIMIT_BYTES))))
                .hasMessageContaining("more than the 32768");
    }

    @Test
    void setsAndUnsetsWithoutTouchingTheFormerOnes() {
        ConfigVars before = new ConfigVars(Map.of("A", "1", "B", "2"));

        assertThat(before.with(Map.of("A", "3")).without(List.of("B")).asMap()).isEqualTo(Map.of("A", "3"));
        assertThat(before.asMap()).isEqualTo(Map.of("A", "1", "B", "2"));
    }

    @Test
    void doesNotShowValuesByAccident() {
        assertThat(new ConfigVars(Map.of("TOKEN", "s3cret"))).asString().doesNotContain("s3cret");
    }
}
