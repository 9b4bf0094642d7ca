package dev.tinyserv.agent.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.event.RunEvent.Restart;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines are what people and their scripts have read since the first version. */
class RunEventTest {
    private static final AppName SHOP = new AppName("shop");
    private static final ProcessName WEB = new ProcessName(ProcessType.WEB, 1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    static Stream<Arguments> lines() {
        return Stream.of(
                line(new RunEvent.Started(SHOP, WEB, 7, 10_001), "web.1 started (v7, port 10001)"),
                line(new RunEvent.Started(SHOP, WEB, 7, null), "web.1 started (v7)"),
                line(late(), "web.1 does not listen on $PORT (10001) yet; waiting for up to 60 s"),
                line(late(80, 8080), "web.1 listens on 80, 8080 and not on $PORT (10001) yet; waiting for up to 60 s"),
                line(new RunEvent.PortTaken(SHOP, WEB, 10_001), "web.1 gets another port: a stranger listens on 10001"),
                line(new RunEvent.Ready(SHOP, WEB, Duration.ofMillis(312), 42L), "web.1 is up after 312 ms (pid 42)"),
                line(exited(3, new Restart(1, Duration.ZERO)), "web.1 exited with status 3 (crash 1); next start now"),
                line(
                        exited(137, new Restart(2, Duration.ofSeconds(10))),
                        "web.1 was killed by signal 9 (crash 2); next start in 10 s"),
                line(
                        exited(null, new Restart(7, Duration.ofMinutes(5))),
                        "web.1 ended without an exit status (crash 7); next start in 300 s"),
                line(
                        new RunEvent.NotStarted(
                                SHOP, WEB, "no code", ExitStatus.UNKNOWN, new Restart(1, Duration.ZERO)),
                        "web.1 does not start: no code (crash 1); next start now"),
                line(
                        new RunEvent.GoesOn(SHOP, WEB, 7, "v8", "it has no code"),
                        "web.1 of v7 goes on, because v8 does not start: it has no code"),
                line(new RunEvent.Killed(SHOP, WEB, MINUTE), "web.1 did not stop within 60 s; killed"),
                line(new RunEvent.Unkillable(SHOP, WEB), "web.1 cannot be killed; a process of it hangs in the kernel"),
                line(new RunEvent.Stopped(SHOP, WEB, "replaced by v8"), "web.1 stopped: replaced by v8"),
                line(new RunEvent.NotRestored(SHOP, "no code"), "could not be restored: no code"));
    }

    @ParameterizedTest
    @MethodSource("lines")
    void theTimelineSays(RunEvent event, String line) {
        assertThat(event.text()).isEqualTo(line);
        assertThat(event.part()).isEqualTo("run");
    }

    @Test
    void changedEndpointsAreToldToListenersOnly() {
        assertThat(new RunEvent.EndpointsChanged(SHOP).text()).isEmpty();
    }

    @Test
    void aStatusIsOfAnExitOrOfASignal() {
        assertThat(new ExitStatus(137).signal()).hasValue(9);
        assertThat(new ExitStatus(128).signal()).isEmpty();
        assertThat(new ExitStatus(255)).hasToString("exited with status 255");
        assertThat(new ExitStatus(0).isSuccess()).isTrue();
        assertThat(ExitStatus.UNKNOWN.isSuccess()).isFalse();
    }

    private static RunEvent.Late late(Integer... others) {
        return new RunEvent.Late(SHOP, WEB, 10_001, new TreeSet<>(List.of(others)), MINUTE);
    }

    private static RunEvent.Exited exited(@Nullable Integer code, Restart restart) {
        return new RunEvent.Exited(SHOP, WEB, new ExitStatus(code), MINUTE, restart);
    }

    private static Arguments line(RunEvent event, String line) {
        return Arguments.of(event, line);
    }
}
