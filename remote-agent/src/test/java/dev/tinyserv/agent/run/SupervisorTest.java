package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.build.BuildView;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Isolation;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
    @TempDir
    Path root;

    private Machine machine;

    @BeforeEach
    void start() {
        machine = new Machine(root);
    }

    @AfterEach
    void endAll() {
        machine.close();
        assertThat(machine.recordFiles()).isEmpty();
    }

    @Test
    void aNewReleaseTakesOverAndTheOldOneIsEnded() {
        Instance old = machine.deploy(machine.release(7, Machine.SERVER));
        StartedBatch batch = machine.boot(machine.release(8, Machine.SERVER));
        assertThat(machine.supervisor().endpoints(Machine.SHOP))
                .containsExactly(old.endpoint().orElseThrow());

        var former = machine.supervisor().promote(Machine.SHOP, batch);
        assertThat(former.endpoints()).containsExactly(old.endpoint().orElseThrow());
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).isEqualTo(batch.endpoints());
        assertThat(old.process().isOver()).isFalse();
        assertThat(machine.supervisor().list(Machine.SHOP))
                .extracting(InstanceStatus::release, InstanceStatus::state)
                .containsExactly(tuple("v7", "stopping"), tuple("v8", "up"));

        machine.supervisor().end(former, "new release v8");
        assertThat(old.process().tree().members()).isEmpty();
        assertThat(machine.output.isFinished(old.id())).isTrue();
        assertThat(machine.events).contains("web.1 stopped: new release v8");
        assertThat(machine.status().release()).isEqualTo("v8");
    }

    @Test
    void aCrashIsFollowedByAStartAtOnceAndThenByWaiting() {
        Instance first = machine.deploy(machine.release(7, Machine.SERVER));
        Machine.kill9(Machine.commandPid(first));
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(machine.events).contains("web.1 was killed by signal 9 (crash 1); next start now");
        InstanceStatus again = machine.status();
        assertThat(again.state()).isEqualTo("up");
        assertThat(again.restarts()).isEqualTo(1);
        assertThat(again.lastExit()).isEqualTo(137);
        assertThat(again.port()).isNotEqualTo(first.record().port());

        Machine.kill9(machine.pid());
        Machine.await("the end is noticed", () -> machine.changes.size() == 3);
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).isEmpty();
        Machine.await("it is cleared away", () -> machine.recordFiles().isEmpty());
        InstanceStatus crashed = machine.status();
        assertThat(crashed.state()).isEqualTo("crashed");
        assertThat(crashed.pid()).isNull();
        assertThat(machine.events).contains("web.1 was killed by signal 9 (crash 2); next start in 10 s");

        machine.passes(Duration.ofSeconds(10));
        Machine.await("it is up again", () -> machine.changes.size() == 4);
        assertThat(machine.status().restarts()).isEqualTo(2);
    }

    @Test
    void exitStatusZeroIsACrashToo() throws IOException {
        Path gate = Files.writeString(root.resolve("gate"), "");
        Instance instance = machine.deploy(machine.release(
                1, Machine.SERVER + " & while [ -e " + gate + " ]; do sleep 0.05; done; kill $!; exit 0"));
        Files.delete(gate);
        Machine.await("it is noticed", () -> !machine.changes.isEmpty());
        assertThat(machine.events).contains("web.1 exited with status 0 (crash 1); next start now");
        Machine.await(
                "all of it is gone", () -> instance.process().tree().members().isEmpty());
        Files.writeString(gate, "");
    }

    @Test
    void anAppWhoseShimWasKilledIsEndedAndStartedAgain() {
        Instance instance = machine.deploy(machine.release(7, Machine.SERVER));
        long pid = Machine.commandPid(instance);
        Machine.kill9(instance.process().tree().root().pid());
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(Machine.isAlive(pid)).isFalse();
        assertThat(machine.status().state()).isEqualTo("up");
        assertThat(machine.status().lastExit()).isNull();
        assertThat(machine.events).contains("web.1 ended without an exit status (crash 1); next start now");
    }

    @Test
    void aTreeThatIgnoresSigtermAndLeftItsSessionIsGoneByGracePlusOneSecond() throws IOException {
        Path pids = root.resolve("pids");
        String stubborn = "trap \"\" TERM; echo $$ >>" + pids + "; while :; do sleep 1; done";
        Files.createDirectories(machine.slug());
        Files.writeString(machine.slug().resolve("stubborn.sh"), stubborn);
        Instance instance = machine.deploy(
                machine.release(1, "(setsid sh -c '(setsid sh stubborn.sh &)' &); trap '' TERM; " + Machine.SERVER));
        Machine.await("the double fork is done", () -> Files.exists(pids));
        List<ProcessIdentity> members = instance.process().tree().members();
        assertThat(members).hasSizeGreaterThanOrEqualTo(3);

        long start = System.nanoTime();
        machine.supervisor().stop(Machine.SHOP, "stopped by ada");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(900L, 2100L);
        assertThat(members).noneMatch(ProcessIdentity::isAlive);
        long doubleForked =
                Long.parseLong(Files.readString(pids, StandardCharsets.US_ASCII).strip());
        assertThat(Machine.isAlive(doubleForked)).isFalse();
        assertThat(machine.events)
                .containsSubsequence("web.1 did not stop within 1 s; killed", "web.1 stopped: stopped by ada");
        assertThat(machine.supervisor().list(Machine.SHOP)).isEmpty();
    }

    @Test
    void anAppMayFinishItsWorkOnSigterm() {
        Path done = root.resolve("done");
        machine.deploy(machine.release(
                1, "trap 'sleep 0.3; echo bye >" + done + "; exit 0' TERM; " + Machine.SERVER + " & wait"));
        machine.supervisor().stop(Machine.SHOP, "stopped by ada");
        assertThat(done).hasContent("bye");
        assertThat(machine.events).noneMatch(text -> text.contains("killed"));
    }

    @Test
    void stopDuringARestartLeavesNothing() {
        Path slow = root.resolve("slow");
        Instance instance = machine.deploy(
                machine.release(1, "[ -e " + slow + " ] && sleep 60; echo >" + slow + "; exec " + Machine.SERVER));
        Machine.kill9(Machine.commandPid(instance));
        Machine.await(
                "the restart boots",
                () -> machine.supervisor().list(Machine.SHOP).stream()
                        .anyMatch(status -> status.state().equals("starting")));
        machine.supervisor().stop(Machine.SHOP, "stopped by ada");
        assertThat(machine.supervisor().list(Machine.SHOP)).isEmpty();
        assertThat(machine.recordFiles()).isEmpty();
    }

    @Test
    void ensureStartsWhatIsMissingAndKeepsWhatRuns() {
        Release release = machine.release(3, Machine.SERVER);
        machine.supervisor().ensure(release);
        InstanceStatus first = machine.status();
        assertThat(first.state()).isEqualTo("up");
        long pid = machine.pid();
        machine.supervisor().ensure(release);
        assertThat(machine.pid()).isEqualTo(pid);

        machine.supervisor().ensure(machine.release(4, Machine.SERVER));
        assertThat(machine.supervisor().list(Machine.SHOP))
                .extracting(InstanceStatus::release)
                .contains("v4");
        machine.passes(Duration.ofSeconds(1));
        Machine.await("the old one is ended", () -> !Machine.isAlive(pid));
        Machine.await(
                "it is forgotten", () -> machine.supervisor().list(Machine.SHOP).size() == 1);
    }

    @Test
    void ensureLeavesWhatDoesNotBootToThePolicy() {
        Release bad = machine.release(3, "exit 1");
        assertThatCode(() -> machine.supervisor().ensure(bad)).doesNotThrowAnyException();
        Machine.await(
                "it was tried twice",
                () -> machine.events.stream()
                        .anyMatch(text ->
                                text.matches("web\\.1 does not start: web\\.1 of v3 exited with status 1 before it"
                                        + " listened on port \\d+ \\(crash 2\\); next start in 10 s")));
        assertThat(machine.status().state()).isEqualTo("crashed");
    }

    @Test
    void aRunningReleaseGoesOnWhenTheOneToEnsureDoesNotBoot() {
        Instance old = machine.deploy(machine.release(3, Machine.SERVER));
        machine.supervisor().ensure(machine.release(4, "exit 1"));
        assertThat(old.process().isOver()).isFalse();
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).hasSize(1);
    }

    @Test
    void endAllEndsCandidatesTooAndStartsNothingAfterwards() {
        Instance current = machine.deploy(machine.release(1, Machine.SERVER));
        Instance candidate =
                machine.boot(machine.release(2, Machine.SERVER)).instances().get(0);
        machine.supervisor().endAll("shutdown");
        assertThat(current.process().tree().members()).isEmpty();
        assertThat(candidate.process().tree().members()).isEmpty();
        assertThatThrownBy(() -> machine.boot(machine.release(3, Machine.SERVER)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the agent is stopping");
    }

    @Test
    void aOneOffPrintsToTheTranscriptAndItsFailureIsRefused() {
        Release release = machine.release(5, Machine.SERVER);
        runOnce(release, "echo one; echo $DYNO ${PORT-none}; printf three", Duration.ofSeconds(20));
        assertThat(machine.transcript).containsExactly("       one", "       release.1 none", "       three");
        assertThatThrownBy(() -> runOnce(release, "exit 4", Duration.ofSeconds(20)))
                .isInstanceOf(Refusal.class)
                .hasMessage("release.1 of v5 exited with status 4");
        assertThatThrownBy(() -> runOnce(release, "sleep 60", Duration.ofMillis(300)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("release.1 of v5 did not end within 300 ms");
        assertThat(machine.recordFiles()).isEmpty();
    }

    @Test
    void aReleasePhaseSeesNoFilesAndNoProcessesOfOtherApps() throws IOException {
        assumeTrue(new BuildView(machine.layout).isolation() == Isolation.PROCESSES, "needs root or user namespaces");
        Release release = machine.release(5, Machine.SERVER);
        Path other = Files.createDirectories(machine.layout.builds(new AppName("other")));
        Files.writeString(other.resolve("file"), "secret of another");
        Files.createDirectories(machine.layout.releases());
        Files.writeString(machine.layout.releases().resolve("other.json"), "secret of another");
        String root = machine.layout.root().toString();

        runOnce(
                release,
                "umount -l " + root + "/builds; cat " + root + "/builds/other/file " + root + "/releases/other.json"
                        + " /proc/[0-9]*/root" + root + "/releases/other.json; ls -d /proc/[0-9]* | wc -l;"
                        + " echo kept >$TINYSERV_DATA_DIR/file; echo made >made; cat made",
                Duration.ofSeconds(20));

        assertThat(machine.transcript).contains("       made").noneMatch(line -> line.contains("secret of another"));
        assertThat(machine.transcript).anyMatch(line -> line.matches(" +[1-9]"));
        assertThat(machine.layout.data(release.app()).resolve("file")).hasContent("kept\n");
        assertThatThrownBy(() -> runOnce(release, "(setsid sleep 100 &) ; kill -11 $$", Duration.ofSeconds(20)))
                .hasMessageContaining("release.1 of v5")
                .hasMessageContaining("11");
        assertThat(machine.recordFiles()).isEmpty();
        assertThat(machine.layout.temporary()).isEmptyDirectory();
    }

    private void runOnce(Release release, String command, Duration limit) {
        machine.supervisor()
                .runOnce(release, ProcessType.RELEASE, command, limit, machine.transcript::add, new Cancellation());
    }
}
