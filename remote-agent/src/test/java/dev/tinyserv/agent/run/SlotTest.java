package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ConfigVars;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.event.RunEvent.Restart;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.Slot.Occupant;
import dev.tinyserv.agent.run.Slot.Starting;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Steps through the life of one process: no process, no clock, no file. */
class SlotTest {
    private static final ExitStatus KILLED = new ExitStatus(137);
    private static final ExitStatus FAILED = new ExitStatus(1);
    private static final Instant AT = Instant.EPOCH;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Job V7 = job(7);
    private static final Job V8 = job(8);

    private final Slot slot = new Slot();

    @Test
    void anEmptySlotStartsNothingByItself() {
        assertThat(slot.startIfDue(0)).isEmpty();
        assertThat(slot.current()).isEmpty();
        assertThat(slot.down()).isEmpty();
    }

    @Test
    void aCrashIsFollowedByAStartAsSoonAsItIsClearedAndTheNextOneByWaiting() {
        slot.promote(V7, new Occupant("a", 7, 0));
        assertThat(slot.exited("a", KILLED, AT, SECOND)).contains(new Restart(1, Duration.ZERO));
        assertThat(slot.startIfDue(SECOND)).isEmpty();
        assertThat(slot.cleared("a")).contains(SECOND);
        Starting start = slot.startIfDue(SECOND).orElseThrow();
        assertThat(start.job()).isEqualTo(V7);
        assertThat(start.restarts()).isEqualTo(1);
        assertThat(start.crashes()).isEqualTo(1);
        assertThat(slot.down()).isEmpty();

        assertThat(slot.started(start, new Occupant("b", 7, 2 * SECOND))).isTrue();
        assertThat(slot.current()).contains("b");
        assertThat(slot.lastCrash().orElseThrow().status()).isEqualTo(KILLED);
        assertThat(slot.exited("b", FAILED, AT, 3 * SECOND)).contains(new Restart(2, Duration.ofSeconds(10)));
        assertThat(slot.cleared("b")).contains(13 * SECOND);
        assertThat(slot.down().orElseThrow().status()).isEqualTo(FAILED);
        assertThat(slot.startIfDue(13 * SECOND - 1)).isEmpty();
        assertThat(slot.startIfDue(13 * SECOND)).isPresent();
    }

    @Test
    void whatWasUpForLongCrashesForTheFirstTimeAgain() {
        slot.attach(V7, new Occupant("a", 7, 0), 5, 5, false);
        assertThat(slot.restarts()).isEqualTo(5);
        assertThat(slot.exited("a", KILLED, AT, 600 * SECOND)).contains(new Restart(1, Duration.ZERO));
    }

    @Test
    void anExitOfAnotherInstanceChangesNothing() {
        slot.promote(V7, new Occupant("a", 7, 0));
        assertThat(slot.exited("b", KILLED, AT, 0)).isEmpty();
        assertThat(slot.exited("a", KILLED, AT, 0)).isPresent();
        assertThat(slot.exited("a", KILLED, AT, 0)).isEmpty();
        assertThat(slot.cleared("b")).isEmpty();
    }

    @Test
    void aStartThatFailedKeepsTheStatusOfTheLastExitUnlessItLeftOne() {
        Starting first = slot.startNow(V7).orElseThrow();
        assertThat(slot.startNow(V7)).isEmpty();
        assertThat(slot.startFailed(first, FAILED, AT, 0)).contains(new Restart(1, Duration.ZERO));
        Starting second = slot.startIfDue(0).orElseThrow();
        assertThat(slot.startFailed(second, ExitStatus.UNKNOWN, AT, 0))
                .contains(new Restart(2, Duration.ofSeconds(10)));
        assertThat(slot.down().orElseThrow().status()).isEqualTo(FAILED);
        assertThat(slot.startFailed(second, FAILED, AT, 0)).isEmpty();
    }

    @Test
    void aStopIsTheEndOfWhatACrashIsTold() {
        slot.promote(V7, new Occupant("a", 7, 0));
        assertThat(slot.exited("a", FAILED, AT, SECOND)).isPresent();
        slot.stop();
        assertThat(slot.down()).isEmpty();
        assertThat(slot.startNow(V7)).isPresent();
        assertThat(slot.lastCrash()).isEmpty();
    }

    @Test
    void aStoppedSlotWantsNothingOfAStartThatWasUnderWay() {
        Starting start = slot.startNow(V7).orElseThrow();
        assertThat(slot.stop()).isSameAs(start);
        assertThat(slot.started(start, new Occupant("a", 7, 0))).isFalse();
        assertThat(slot.startFailed(start, FAILED, AT, 0)).isEmpty();
        assertThat(slot.current()).isEmpty();
    }

    @Test
    void aPromotionHandsBackWhatItReplacesAndForgetsItsCrashes() {
        slot.attach(V7, new Occupant("a", 7, 0), 3, 3, false);
        assertThat(slot.promote(V8, new Occupant("b", 8, 0))).isEqualTo(new Slot.Running(new Occupant("a", 7, 0)));
        assertThat(slot.restarts()).isZero();
        assertThat(slot.lastCrash()).isEmpty();
        assertThat(slot.exited("b", KILLED, AT, 0)).contains(new Restart(1, Duration.ZERO));
    }

    @Test
    void aWaitingSlotStartsAnotherReleaseAtOnceAndWithACleanSheet() {
        slot.attach(V7, new Occupant("a", 7, 0), 3, 3, false);
        slot.exited("a", KILLED, AT, 0);
        slot.cleared("a");
        assertThat(slot.startIfDue(0)).isEmpty();
        Starting start = slot.startNow(V8).orElseThrow();
        assertThat(start.job()).isEqualTo(V8);
        assertThat(start.restarts()).isZero();
        assertThat(start.crashes()).isZero();
    }

    @Test
    void whatIsNotKnownAnyMoreIsStartedOnceItIsTold() {
        slot.attach(null, new Occupant("a", 7, 0), 0, 0, false);
        slot.exited("a", KILLED, AT, 0);
        slot.cleared("a");
        assertThat(slot.startIfDue(SECOND)).isEmpty();
        slot.want(V7);
        assertThat(slot.startIfDue(SECOND)).isPresent();
    }

    private static Job job(int version) {
        Release.Making making = new Release.Making(AT, "ada", Release.Cause.PUSH, "test", null);
        Release.Header header =
                new Release.Header(new AppName("shop"), version, "id" + version, Release.Status.LIVE, making);
        Release release = new Release(header, null, ConfigVars.none());
        return new Job(release, new ProcessName(ProcessType.WEB, 1), "serve", TypeSettings.DEFAULT, Limits.NONE);
    }
}
