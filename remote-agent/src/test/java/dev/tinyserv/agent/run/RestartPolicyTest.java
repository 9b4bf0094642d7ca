package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    @Test
    void aFirstCrashIsFollowedByAStartAtOnce() {
        assertThat(RestartPolicy.fresh().afterCrash(Duration.ZERO).delay()).isZero();
    }

    @Test
    void delaysDoubleFromTenSecondsToFiveMinutesAndStayThere() {
        List<Long> delays = new ArrayList<>();
        RestartPolicy policy = RestartPolicy.fresh();
        for (int i = 0; i < 9; i++) {
            policy = policy.afterCrash(Duration.ofSeconds(1));
            delays.add(policy.delay().toSeconds());
        }
        assertThat(delays).containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
        assertThat(new RestartPolicy(Integer.MAX_VALUE - 1).delay()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aCrashLoopOfTenMinutesHasAtMostEightStarts() {
        RestartPolicy policy = RestartPolicy.fresh();
        Duration at = Duration.ZERO;
        int starts = 0;
        while (at.compareTo(Duration.ofMinutes(10)) <= 0) {
            starts++;
            policy = policy.afterCrash(Duration.ZERO);
            at = at.plus(policy.delay());
        }
        assertThat(starts).isLessThanOrEqualTo(8);
    }

    @Test
    void tenMinutesUpMakeTheNextCrashAFirstOne() {
        RestartPolicy worn = new RestartPolicy(6);
        assertThat(worn.afterCrash(Duration.ofMinutes(10)).crashes()).isEqualTo(1);
        assertThat(worn.afterCrash(Duration.ofMinutes(10).minusNanos(1)).crashes())
                .isEqualTo(7);
    }
}
