package dev.tinyserv.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildpackOrderTest {
    private static final List<String> TWO = List.of("ruby", "node");

    @Test
    void addsAtTheEndOrWhereItIsTold() {
        assertThat(BuildpackOrder.added("go", 0).apply(TWO)).containsExactly("ruby", "node", "go");
        assertThat(BuildpackOrder.added("go", 1).apply(TWO)).containsExactly("go", "ruby", "node");
        assertThat(BuildpackOrder.added("go", 3).apply(TWO)).containsExactly("ruby", "node", "go");
        assertThat(BuildpackOrder.added("go", 0).apply(List.of())).containsExactly("go");
    }

    @Test
    void replacesTheOneAtAPlace() {
        assertThat(BuildpackOrder.replaced("go", 1).apply(TWO)).containsExactly("go", "node");
        assertThat(BuildpackOrder.replaced("go", 2).apply(TWO)).containsExactly("ruby", "go");
        assertThat(BuildpackOrder.replaced("ruby", 1).apply(TWO)).isEqualTo(TWO);
        assertThat(BuildpackOrder.replaced("go", 1).apply(List.of())).containsExactly("go");
    }

    @Test
    void takesAway() {
        assertThat(BuildpackOrder.without("ruby").apply(TWO)).containsExactly("node");
        assertThatThrownBy(() -> BuildpackOrder.without("go").apply(TWO))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is not set");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void aPlaceThatThereIsNotIsAWrongCall(int place) {
        assertThatThrownBy(() -> BuildpackOrder.added("go", place).apply(TWO))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.exitCode()).isEqualTo(Refusal.USAGE))
                .hasMessageEndingWith("expected a number from 1 to 3");
        assertThatThrownBy(() -> BuildpackOrder.replaced("go", place).apply(TWO))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void nothingIsSetTwiceNorWithoutEnd() {
        assertThatThrownBy(() -> BuildpackOrder.added("node", 0).apply(TWO)).hasMessageContaining("is set already");
        assertThatThrownBy(() -> BuildpackOrder.replaced("node", 1).apply(TWO)).hasMessageContaining("is set already");
        List<String> many = IntStream.range(0, 20).mapToObj(i -> "b" + i).toList();
        assertThatThrownBy(() -> BuildpackOrder.added("node", 0).apply(many)).hasMessageContaining("at most 20");
    }
}
