package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.app.Endpoint;
import dev.tinyserv.agent.app.ExitStatus;
import dev.tinyserv.agent.app.Formation;
import dev.tinyserv.agent.app.Limits;
import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.app.TypeSettings;
import dev.tinyserv.agent.build.BuildView;
import dev.tinyserv.agent.deploy.Batch;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.agent.deploy.Desired;
import dev.tinyserv.agent.deploy.OneOff;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.deploy.ProcessStatus.State;
import dev.tinyserv.agent.event.RunEvent;
import dev.tinyserv.agent.release.Release;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import dev.tinyserv.buildpacks.process.Isolation;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import dev.tinyserv.buildpacks.process.Signal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
        Member old = machine.deploy(machine.release(7, Machine.SERVER));
        Batch batch = machine.boot(machine.release(8, Machine.SERVER));
        assertThat(machine.supervisor().endpoints(Machine.SHOP))
                .containsExactly(old.endpoint().orElseThrow());

        var former = machine.supervisor().promote(batch);
        assertThat(Batch.endpoints(former)).containsExactly(old.endpoint().orElseThrow());
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).isEqualTo(batch.endpoints());
        assertThat(machine.process(old).isOver()).isFalse();
        assertThat(machine.supervisor().statuses(Machine.SHOP))
                .extracting(ProcessStatus::release, ProcessStatus::state)
                .containsExactly(tuple("v7", State.STOPPING), tuple("v8", State.UP));

        machine.supervisor().end(former, "new release v8");
        assertThat(machine.process(old).tree().members()).isEmpty();
        assertThat(machine.output.isFinished(old.id())).isTrue();
        assertThat(machine.events).contains("web.1 stopped: new release v8");
        assertThat(machine.status().release()).isEqualTo("v8");
    }

    @Test
    void aCrashIsFollowedByAStartAtOnceAndThenByWaiting() {
        Member first = machine.deploy(machine.release(7, Machine.SERVER));
        Machine.kill9(machine.commandPid(first));
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(machine.events).contains("web.1 was killed by signal 9 (crash 1); next start now");
        ProcessStatus again = machine.status();
        assertThat(again.state()).isEqualTo(State.UP);
        assertThat(again.restarts()).isEqualTo(1);
        assertThat(again.lastExit()).isEqualTo(137);
        assertThat(again.port()).isNotEqualTo(first.endpoint().orElseThrow().port());

        Machine.kill9(machine.pid());
        Machine.await("the end is noticed", () -> machine.changes.size() == 3);
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).isEmpty();
        Machine.await("it is cleared away", () -> machine.recordFiles().isEmpty());
        ProcessStatus crashed = machine.status();
        assertThat(crashed.state()).isEqualTo(State.CRASHED);
        assertThat(crashed.pid()).isNull();
        assertThat(machine.events).contains("web.1 was killed by signal 9 (crash 2); next start in 10 s");

        machine.passes(Duration.ofSeconds(10));
        Machine.await("it is up again", () -> machine.changes.size() == 4);
        assertThat(machine.status().restarts()).isEqualTo(2);
    }

    @Test
    void exitStatusZeroIsACrashToo() throws IOException {
        Path gate = Files.writeString(root.resolve("gate"), "");
        Member instance = machine.deploy(machine.release(
                1, Machine.SERVER + " & while [ -e " + gate + " ]; do sleep 0.05; done; kill $!; exit 0"));
        Files.delete(gate);
        Machine.await("it is noticed", () -> !machine.changes.isEmpty());
        assertThat(machine.events).contains("web.1 exited with status 0 (crash 1); next start now");
        Machine.await(
                "all of it is gone",
                () -> machine.process(instance).tree().members().isEmpty());
        Files.writeString(gate, "");
    }

    @Test
    void anAppWhoseShimWasKilledIsEndedAndStartedAgain() {
        Member instance = machine.deploy(machine.release(7, Machine.SERVER));
        long pid = machine.commandPid(instance);
        Machine.kill9(machine.process(instance).tree().root().pid());
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(Machine.isAlive(pid)).isFalse();
        assertThat(machine.status().state()).isEqualTo(State.UP);
        assertThat(machine.status().lastExit()).isNull();
        assertThat(machine.events).contains("web.1 ended without an exit status (crash 1); next start now");
    }

    @Test
    void aTreeThatIgnoresSigtermAndLeftItsSessionIsGoneAfterItsGrace() throws IOException {
        Path pids = root.resolve("pids");
        String stubborn = "trap \"\" TERM; echo $$ >>" + pids + "; while :; do sleep 1; done";
        Files.createDirectories(machine.slug());
        Files.writeString(machine.slug().resolve("stubborn.sh"), stubborn);
        Member instance = machine.deploy(
                machine.release(1, "(setsid sh -c '(setsid sh stubborn.sh &)' &); trap '' TERM; " + Machine.SERVER));
        Machine.await("the double fork is done", () -> Files.exists(pids));
        List<ProcessIdentity> members = machine.process(instance).tree().members();
        assertThat(members).hasSizeGreaterThanOrEqualTo(3);

        machine.supervisor().stop(Machine.SHOP, "stopped by ada");
        assertThat(members).noneMatch(ProcessIdentity::isAlive);
        long doubleForked =
                Long.parseLong(Files.readString(pids, StandardCharsets.US_ASCII).strip());
        assertThat(Machine.isAlive(doubleForked)).isFalse();
        assertThat(machine.events)
                .containsSubsequence("web.1 did not stop within 1 s; killed", "web.1 stopped: stopped by ada");
        assertThat(machine.supervisor().statuses(Machine.SHOP)).isEmpty();
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
        Member instance = machine.deploy(
                machine.release(1, "[ -e " + slow + " ] && sleep 60; echo >" + slow + "; exec " + Machine.SERVER));
        Machine.kill9(machine.commandPid(instance));
        Machine.await(
                "the restart boots",
                () -> machine.supervisor().statuses(Machine.SHOP).stream()
                        .anyMatch(status -> status.state() == State.STARTING));
        machine.supervisor().stop(Machine.SHOP, "stopped by ada");
        assertThat(machine.supervisor().statuses(Machine.SHOP)).isEmpty();
        assertThat(machine.recordFiles()).isEmpty();
    }

    @Test
    void ensureStartsWhatIsMissingAndKeepsWhatRuns() {
        Release release = machine.release(3, Machine.SERVER);
        machine.supervisor().ensure(Desired.of(release));
        ProcessStatus first = machine.status();
        assertThat(first.state()).isEqualTo(State.UP);
        long pid = machine.pid();
        machine.supervisor().ensure(Desired.of(release));
        assertThat(machine.pid()).isEqualTo(pid);

        machine.supervisor().ensure(Desired.of(machine.release(4, Machine.SERVER)));
        assertThat(machine.supervisor().statuses(Machine.SHOP))
                .extracting(ProcessStatus::release)
                .contains("v4");
        assertThat(Machine.isAlive(pid)).isTrue();
        machine.supervisor().end(machine.supervisor().retired(Machine.SHOP), "another release took over");
        assertThat(Machine.isAlive(pid)).isFalse();
        assertThat(machine.supervisor().statuses(Machine.SHOP)).hasSize(1);
    }

    @Test
    void ensureLeavesWhatDoesNotBootToThePolicy() {
        Release bad = machine.release(3, "exit 1");
        assertThatCode(() -> machine.supervisor().ensure(Desired.of(bad))).doesNotThrowAnyException();
        Machine.await(
                "it was tried twice",
                () -> machine.events.stream()
                        .anyMatch(text ->
                                text.matches("web\\.1 does not start: web\\.1 of v3 exited with status 1 before it"
                                        + " listened on port \\d+ \\(crash 2\\); next start in 10 s")));
        assertThat(machine.status().state()).isEqualTo(State.CRASHED);
    }

    @Test
    void aRunningReleaseGoesOnWhenTheOneToEnsureDoesNotBoot() {
        Member old = machine.deploy(machine.release(3, Machine.SERVER));
        machine.supervisor().ensure(Desired.of(machine.release(4, "exit 1")));
        assertThat(machine.process(old).isOver()).isFalse();
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).hasSize(1);
    }

    @Test
    void endAllEndsCandidatesTooAndStartsNothingAfterwards() {
        Member current = machine.deploy(machine.release(1, Machine.SERVER));
        Member candidate =
                machine.boot(machine.release(2, Machine.SERVER)).started().get(0);
        machine.supervisor().endAll("shutdown");
        assertThat(machine.process(current).tree().members()).isEmpty();
        assertThat(machine.process(candidate).tree().members()).isEmpty();
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

    @Test
    void aOneOffReadsWhatItIsGivenToItsEnd() {
        List<String> printed = new CopyOnWriteArrayList<>();
        OneOff once = new OneOff(
                machine.release(5, Machine.SERVER),
                new ProcessName(new ProcessType("run"), 1),
                "sort; echo $DYNO; exit 4",
                Duration.ofSeconds(20),
                new OneOff.Streams(
                        new ByteArrayInputStream("two\none\n".getBytes(StandardCharsets.UTF_8)), printed::add));
        OneOff.Outcome outcome = machine.supervisor().run(once, new Cancellation());
        assertThat(printed).containsExactly("one", "two", "run.1");
        assertThat(outcome).isEqualTo(new OneOff.Outcome("run.1 of v5", new ExitStatus(4), ""));
        assertThat(machine.recordFiles()).isEmpty();
    }

    @Test
    void aFormationIsStartedSideBySideAndWhatRunsAsDesiredIsKept() {
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", "sleep 60"), Map.of());
        Batch first = machine.complete(desired(release, 2, 2));
        assertThat(names(first.started())).containsExactlyInAnyOrder("web.1", "web.2", "worker.1", "worker.2");
        assertThat(first.kept()).isEmpty();
        assertThat(first.endpoints()).hasSize(2);
        assertThat(machine.supervisor().promote(first)).isEmpty();
        assertThat(first.started()).allSatisfy(each -> {
            InstanceRecord record = machine.record(each);
            assertThat(record.actual()).isEqualTo(Role.CURRENT);
            assertThat(record.role())
                    .as("0.1.0 runs one process of an app")
                    .isEqualTo(each.name().equals(ProcessName.of("web.1")) ? Role.CURRENT : Role.RETIRED);
        });

        Batch second = machine.complete(desired(release, 3, 1));
        assertThat(names(second.started())).containsExactly("web.3");
        assertThat(names(second.kept())).containsExactly("web.1", "web.2", "worker.1");
        assertThat(names(second.surplus())).containsExactly("worker.2");
        machine.supervisor().end(machine.supervisor().promote(second), "not wanted");
        assertThat(machine.supervisor().statuses(Machine.SHOP))
                .extracting(status -> status.name() + " " + status.state())
                .containsExactly("web.1 up", "web.2 up", "web.3 up", "worker.1 up");
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).hasSize(3);
        assertThat(machine.events).contains("worker.2 stopped: not wanted");
    }

    @Test
    void aCrashedWorkerIsNoReasonForWeb() {
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", "sleep 60"), Map.of());
        machine.supervisor().promote(machine.complete(desired(release, 1, 1)));
        Machine.kill9(Objects.requireNonNull(worker().pid()));
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        Machine.kill9(Objects.requireNonNull(worker().pid()));
        Machine.await("it is down", () -> worker().state() == State.CRASHED);
        assertThat(machine.supervisor().hasCrashed(Machine.SHOP)).isFalse();
    }

    private ProcessStatus worker() {
        return machine.supervisor().statuses(Machine.SHOP).stream()
                .filter(status -> status.name().toString().equals("worker.1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachProcessOfAFormationCrashesAndIsTakenBackForItself() {
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", "sleep 60"), Map.of());
        Batch batch = machine.complete(desired(release, 2, 1));
        machine.supervisor().promote(batch);
        machine.restartAgent();
        Machine.kill9(machine.commandPid(batch.started().stream()
                .filter(member -> member.name().toString().equals("web.2"))
                .findFirst()
                .orElseThrow()));
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(machine.supervisor().statuses(Machine.SHOP))
                .extracting(status -> status.name() + " " + status.restarts())
                .containsExactly("web.1 0", "web.2 1", "worker.1 0");
        machine.supervisor().ensure(desired(release, 1, 1));
        assertThat(machine.supervisor().retired(Machine.SHOP))
                .extracting(retired -> retired.name().toString())
                .containsExactly("web.2");
    }

    @Test
    void oneProcessThatDoesNotStartTakesBackTheOthersOfItsBatch() {
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", "exit 3"), Map.of());
        assertThatThrownBy(() -> machine.complete(desired(release, 2, 1)))
                .isInstanceOf(Refusal.class)
                .hasMessage("worker.1 of v5 exited with status 3 within 1 s of its start");
        assertThat(machine.supervisor().statuses(Machine.SHOP)).isEmpty();
        assertThat(machine.recordFiles()).isEmpty();
    }

    private List<String> running() {
        return machine.supervisor().statuses(Machine.SHOP).stream()
                .map(status -> status.name() + " " + status.release() + " " + status.state())
                .toList();
    }

    private List<Endpoint> endpoints() {
        return machine.supervisor().endpoints(Machine.SHOP);
    }

    @Test
    void oneThatIsRollingTakesRequestsAndIsSupervisedUntilItsReleaseCounts() {
        Map<String, String> processes = Map.of("web", Machine.SERVER, "worker", "sleep 60");
        Desired former = desired(machine.release(5, processes, Map.of()), 2, 0);
        Batch before = machine.replace(former);
        machine.supervisor().promote(before);
        Desired next = desired(machine.release(6, processes, Map.of()), 2, 0);

        Batch group = machine.prepare(next, List.of(ProcessName.of("web.1")));
        List<Member> replaced = machine.supervisor().roll(group);

        assertThat(names(replaced)).containsExactly("web.1");
        assertThat(endpoints())
                .containsExactlyInAnyOrder(
                        group.endpoints().get(0), before.endpoints().get(1));
        InstanceRecord record = machine.record(group.started().get(0));
        assertThat(record.role()).as("for an earlier version").isEqualTo(Role.CURRENT);
        assertThat(record.tentative()).isTrue();
        assertThat(machine.supervisor().fallen(group.started())).isEmpty();
        assertThat(machine.supervisor().rolling(former)).containsExactly(ProcessName.of("web.1"));
        machine.supervisor().end(replaced, "replaced");

        Machine.kill9(machine.commandPid(group.started().get(0)));
        Machine.await("it is up again", () -> running().contains("web.1 v6 up") && machine.changes.size() == 2);
        assertThat(machine.supervisor().fallen(group.started())).containsExactly(ProcessName.of("web.1"));
        assertThat(machine.supervisor().rolling(former)).containsExactly(ProcessName.of("web.1"));

        Batch last = machine.prepare(next, List.of(ProcessName.of("web.2")));
        machine.supervisor().end(machine.supervisor().promote(last), "replaced");
        assertThat(running()).containsExactly("web.1 v6 up", "web.2 v6 up");
        assertThat(machine.supervisor().rolling(former)).isEmpty();
    }

    @Test
    void whatIsRollingGoesWhenTheFormerReleaseIsEnsuredAndWhatWasPutAsideComesBack() {
        Map<String, String> processes = Map.of("web", Machine.SERVER, "worker", "sleep 60");
        Desired former = desired(machine.release(5, processes, Map.of()), 2, 0);
        Batch before = machine.replace(former);
        machine.supervisor().promote(before);
        Desired next = desired(machine.release(6, processes, Map.of()), 3, 0);
        Batch group = machine.prepare(next, List.of(ProcessName.of("web.1"), ProcessName.of("web.3")));
        machine.supervisor().roll(group);
        Batch second = machine.prepare(next, List.of(ProcessName.of("web.2")));
        machine.supervisor().end(machine.supervisor().roll(second), "replaced");

        machine.supervisor().ensure(former);

        assertThat(endpoints()).hasSize(2).contains(before.endpoints().get(0));
        assertThat(names(machine.supervisor().retired(Machine.SHOP)))
                .containsExactlyInAnyOrder("web.1", "web.2", "web.3");
        machine.supervisor().end(machine.supervisor().retired(Machine.SHOP), "given up");
        assertThat(running()).containsExactly("web.1 v5 up", "web.2 v5 up");
    }

    @Test
    void anAgentThatComesBackKeepsWhatIsRollingUntilItKnowsWhichReleaseCounts() {
        Map<String, String> processes = Map.of("web", Machine.SERVER, "worker", "sleep 60");
        Desired former = desired(machine.release(5, processes, Map.of()), 3, 0);
        Batch before = machine.replace(former);
        machine.supervisor().promote(before);
        Desired next = desired(machine.release(6, processes, Map.of()), 3, 0);
        Batch ended = machine.prepare(next, List.of(ProcessName.of("web.1")));
        machine.supervisor().end(machine.supervisor().roll(ended), "replaced");
        Batch aside = machine.prepare(next, List.of(ProcessName.of("web.2")));
        machine.supervisor().roll(aside);
        Batch candidate = machine.prepare(next, List.of(ProcessName.of("web.3")));

        machine.restartAgent();

        Machine.await(
                "the candidate is ended",
                () -> machine.process(candidate.started().get(0)).isOver());
        assertThat(endpoints())
                .containsExactlyInAnyOrder(
                        ended.endpoints().get(0),
                        aside.endpoints().get(0),
                        before.endpoints().get(1),
                        before.endpoints().get(2));
        assertThat(machine.supervisor().rolling(former))
                .containsExactly(ProcessName.of("web.1"), ProcessName.of("web.2"));

        machine.supervisor().ensure(former, List.of(ProcessName.of("web.3"), ProcessName.of("web.2")));
        assertThat(names(machine.supervisor().retired(Machine.SHOP))).containsExactly("web.2");
        machine.supervisor().ensure(former, List.of(ProcessName.of("web.1")));
        machine.supervisor().end(machine.supervisor().retired(Machine.SHOP), "given up");
        assertThat(running()).containsExactly("web.1 v5 up", "web.2 v5 up", "web.3 v5 up");
        assertThat(endpoints())
                .contains(before.endpoints().get(1), before.endpoints().get(2));
    }

    @Test
    void anAgentThatComesBackMakesWhatIsRollingCurrentIfItsReleaseCounts() {
        Map<String, String> processes = Map.of("web", Machine.SERVER, "worker", "sleep 60");
        Desired former = desired(machine.release(5, processes, Map.of()), 2, 0);
        machine.supervisor().promote(machine.replace(former));
        Desired next = desired(machine.release(6, processes, Map.of()), 2, 0);
        Batch ended = machine.prepare(next, List.of(ProcessName.of("web.1")));
        machine.supervisor().end(machine.supervisor().roll(ended), "replaced");
        Batch aside = machine.prepare(next, List.of(ProcessName.of("web.2")));
        machine.supervisor().roll(aside);

        machine.restartAgent();
        machine.supervisor().ensure(next);

        assertThat(endpoints())
                .containsExactlyInAnyOrder(
                        ended.endpoints().get(0), aside.endpoints().get(0));
        assertThat(machine.record(ended.started().get(0)).tentative()).isFalse();
        assertThat(machine.record(aside.started().get(0)).tentative()).isFalse();
        machine.supervisor().end(machine.supervisor().retired(Machine.SHOP), "replaced");
        assertThat(running()).containsExactly("web.1 v6 up", "web.2 v6 up");
    }

    @Test
    void ofAnExclusiveTypeNeverTwoRunAtATime() {
        Path lock = root.resolve("exclusive");
        String poller = "mkdir " + lock + " || exit 9; trap 'rmdir " + lock + "; exit' TERM; sleep 60 & wait";
        ProcessType type = new ProcessType("poller");
        ProcessName name = new ProcessName(type, 1);
        TreeMap<ProcessType, TypeSettings> settings =
                new TreeMap<>(Map.of(type, TypeSettings.DEFAULT.withExclusive(true)));
        Desired former = new Desired(
                machine.release(5, Map.of("poller", poller), Map.of()), List.of(name), settings, Limits.NONE);
        machine.supervisor().promote(machine.replace(former));
        Desired next = new Desired(
                machine.release(6, Map.of("poller", poller), Map.of()), List.of(name), settings, Limits.NONE);

        machine.supervisor().end(machine.supervisor().vacate(Machine.SHOP, List.of(name)), "replaced");
        Batch started = machine.replace(next);
        machine.restartAgent();
        machine.supervisor().ensure(former);

        assertThat(running()).containsExactly("poller.1 v5 up");
        assertThat(machine.process(started.started().get(0)).isOver()).isTrue();
        machine.supervisor().ensure(next);
        assertThat(running()).containsExactly("poller.1 v6 up");
        assertThat(machine.events).noneMatch(text -> text.contains("status 9"));
    }

    @Test
    void aSignalGoesToTheMainProcessOfThoseThatAreNamed() {
        String worker = "trap 'echo got it >>" + root.resolve("signals") + "' USR2; while :; do sleep 60 & wait; done";
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", worker), Map.of());
        machine.supervisor().promote(machine.replace(desired(release, 0, 2)));

        assertThat(machine.supervisor().signal(Machine.SHOP, List.of(ProcessName.of("worker.2")), Signal.USR2))
                .containsExactly(ProcessName.of("worker.2"));

        Machine.await("it got it", () -> Files.exists(root.resolve("signals")));
        assertThat(root.resolve("signals")).hasContent("got it");
        assertThat(running()).containsExactly("worker.1 v5 up", "worker.2 v5 up");
    }

    @Test
    void oneThatDiesInTheInstantOfItsScaleDownIsNotStartedAgain() {
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", "sleep 60"), Map.of());
        for (int i = 0; i < 6; i++) {
            machine.supervisor().promote(machine.complete(desired(release, 1, 2)));
            Member second = members("worker.2");
            Batch less = machine.complete(desired(release, 1, 1));
            Machine.kill9(machine.commandPid(second));
            if (i % 2 == 0) {
                Machine.await("it is dead", () -> machine.process(second).isOver());
            }
            machine.supervisor().end(machine.supervisor().promote(less), "scaled down");
            Machine.await("nothing of it is left", () -> running().equals(List.of("web.1 v5 up", "worker.1 v5 up")));
            Machine.await(
                    "its record is gone",
                    () -> machine.recordFiles().stream().noneMatch(file -> file.contains("worker.2")));
        }
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).hasSize(1);
    }

    private Member members(String name) {
        return machine.recordFiles().stream()
                .filter(file -> file.contains("-" + name + "-") && file.endsWith(".json"))
                .map(file -> new Member(
                        ProcessName.of(name), file.substring(0, file.length() - ".json".length()), Optional.empty()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsMissingIsWhatNobodyCaresFor() {
        Release release = machine.release(5, Map.of("web", Machine.SERVER, "worker", "sleep 60"), Map.of());
        Desired desired = desired(release, 1, 1);
        assertThat(machine.supervisor().missing(desired)).hasSize(2);
        machine.supervisor().promote(machine.complete(desired));
        Machine.kill9(Objects.requireNonNull(worker().pid()));
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        Machine.kill9(Objects.requireNonNull(worker().pid()));
        Machine.await("it is down", () -> worker().state() == State.CRASHED);

        assertThat(machine.supervisor().missing(desired))
                .as("the restart policy cares for it")
                .isEmpty();
        assertThat(machine.supervisor().down(desired)).containsExactly(ProcessName.of("worker.1"));
        machine.supervisor()
                .promote(machine.prepare(desired, machine.supervisor().down(desired)));
        assertThat(running()).containsExactly("web.1 v5 up", "worker.1 v5 up");
        assertThat(machine.supervisor().missing(desired(release, 2, 0))).containsExactly(ProcessName.of("web.2"));
    }

    @Test
    void whatIsToldOfAProcessIsDataAndALine() {
        Member instance = machine.deploy(machine.release(7, Machine.SERVER));
        Machine.kill9(machine.commandPid(instance));
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        machine.supervisor().stop(Machine.SHOP, "stopped by ada");
        assertThat(machine.happened)
                .hasExactlyElementsOfTypes(
                        RunEvent.Started.class,
                        RunEvent.Ready.class,
                        RunEvent.Exited.class,
                        RunEvent.Started.class,
                        RunEvent.Ready.class,
                        RunEvent.Stopped.class);
        RunEvent.Exited exited = (RunEvent.Exited) machine.happened.get(2);
        assertThat(exited.status().signal()).hasValue(9);
        assertThat(exited.ran()).isPositive().isLessThan(Duration.ofMinutes(1));
        assertThat(exited.restart()).isEqualTo(new RunEvent.Restart(1, Duration.ZERO));
    }

    private static Desired desired(Release release, int web, int worker) {
        return Desired.of(
                release, new Formation(new TreeMap<>(Map.of(ProcessType.WEB, web, new ProcessType("worker"), worker))));
    }

    private static List<String> names(List<Member> members) {
        return members.stream().map(member -> member.name().toString()).toList();
    }

    private void runOnce(Release release, String command, Duration limit) {
        OneOff once = new OneOff(
                release,
                new ProcessName(ProcessType.RELEASE, 1),
                command,
                limit,
                OneOff.Streams.to(line -> machine.transcript.add("       " + line)));
        machine.supervisor().run(once, new Cancellation()).requireSuccess();
    }
}
