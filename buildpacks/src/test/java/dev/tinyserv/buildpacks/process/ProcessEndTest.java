package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessEndTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void whatEndsOnSigtermIsNotKilled() throws IOException {
        ProcessIdentity gentle = start("echo ready; read -r line");
        var outcome = ProcessEnd.end(List.of(gentle), LONG, LONG);
        assertThat(outcome.killed()).isEmpty();
        assertThat(outcome.left()).isEmpty();
        assertThat(gentle.isAlive()).isFalse();
    }

    @Test
    void whatIgnoresSigtermIsKilledAfterTheGraceAndNamed() throws IOException {
        ProcessIdentity gentle = start("echo ready; read -r line");
        ProcessIdentity stubborn = start("trap '' TERM; echo ready; while :; do read -r line; done");
        var outcome = ProcessEnd.end(List.of(gentle, stubborn), SHORT, LONG);
        assertThat(outcome.killed()).containsExactly(stubborn);
        assertThat(outcome.left()).isEmpty();
        assertThat(stubborn.isAlive()).isFalse();
    }

    @Test
    void whoeverElseHasThePidNowGetsNoSignal() throws IOException {
        ProcessIdentity stranger = start("echo ready; read -r line");
        ProcessIdentity before = new ProcessIdentity(stranger.pid(), stranger.startTime() - 1, stranger.bootId());
        ProcessIdentity otherBoot = new ProcessIdentity(stranger.pid(), stranger.startTime(), "another-boot");
        var outcome = ProcessEnd.end(List.of(before, otherBoot), SHORT, SHORT);
        assertThat(outcome.killed()).isEmpty();
        before.kill();
        otherBoot.kill();
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void whatCannotBeKilledIsLeftAndWhatIsStartingIsRemindedEachSecond() {
        List<String> signals = new ArrayList<>();
        ProcessEnd.Target immortal = new ProcessEnd.Target() {
            @Override
            public boolean isGone() {
                return false;
            }

            @Override
            public void terminate() {
                signals.add("TERM");
            }

            @Override
            public void kill() {
                signals.add("KILL");
            }

            @Override
            public boolean isStarting() {
                return true;
            }
        };
        var outcome = ProcessEnd.end(List.of(immortal), Duration.ofMillis(1050), SHORT);
        assertThat(outcome.left()).containsExactly(immortal);
        assertThat(signals).containsExactly("TERM", "TERM", "KILL");
    }

    @Test
    void anInterruptStandsAgainAndStopsNothingHalfWay() throws IOException {
        ProcessIdentity stubborn = start("trap '' TERM; echo ready; while :; do read -r line; done");
        Thread.currentThread().interrupt();
        ProcessEnd.end(List.of(stubborn), SHORT, LONG);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stubborn.isAlive()).isFalse();
    }

    @Test
    void theBootIsReadOnce() {
        assertThat(ProcessIdentity.currentBootId()).isSameAs(ProcessIdentity.currentBootId());
    }

    private ProcessIdentity start(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script).start();
        started.add(process);
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        return ProcessIdentity.of(process.pid()).orElseThrow();
    }
}
