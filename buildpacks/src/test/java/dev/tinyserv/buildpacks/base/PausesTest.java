package dev.tinyserv.buildpacks.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PausesTest {
    private final List<Boolean> looks = new ArrayList<>();

    /** Whether this thread is interrupted while it looks; the third look finds what is waited for. */
    private boolean look() {
        looks.add(Thread.currentThread().isInterrupted());
        return looks.size() == 3;
    }

    @Test
    void looksAgainUntilTheConditionIsTrue() {
        assertThat(Pauses.until(Duration.ofMinutes(1), this::look)).isTrue();
        assertThat(looks).hasSize(3);
    }

    @Test
    void looksOnceWhereThereIsNoTime() {
        assertThat(Pauses.until(Duration.ZERO, this::look)).isFalse();
        assertThat(looks).hasSize(1);
        assertThat(Pauses.firstAnswer(Duration.ZERO, () -> Optional.of("here"))).contains("here");
    }

    @Test
    void anInterruptEndsNoWaitAndStandsAgainAfterwards() {
        Thread.currentThread().interrupt();
        assertThat(Pauses.until(Duration.ofMinutes(1), this::look)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(looks).containsExactly(false, false, false);
    }
}
