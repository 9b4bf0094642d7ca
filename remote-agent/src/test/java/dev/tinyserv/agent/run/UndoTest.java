package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoTest {
    @Test
    void allStepsAreTriedAndTheFirstProblemIsThrown() {
        List<String> done = new ArrayList<>();
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        Undo undo = new Undo();
        undo.run(() -> {
            throw first;
        });
        undo.run(() -> done.add("a"));
        undo.run(() -> {
            throw second;
        });
        undo.run(() -> done.add("b"));

        assertThatThrownBy(undo::close).isSameAs(first).hasSuppressedException(second);
        assertThat(done).containsExactly("a", "b");
    }
}
