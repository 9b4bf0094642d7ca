package dev.tinyserv.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.ProcessName;
import dev.tinyserv.agent.app.ProcessType;
import dev.tinyserv.agent.deploy.Batch.Member;
import dev.tinyserv.agent.deploy.ProcessStatus;
import dev.tinyserv.agent.deploy.ProcessStatus.State;
import dev.tinyserv.agent.run.InstanceRecord.Role;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    @TempDir
    Path root;

    private Machine machine;
    private @Nullable Process stranger;

    @BeforeEach
    void start() {
        machine = new Machine(root);
    }

    @AfterEach
    void endAll() {
        machine.close();
        if (stranger != null) {
            stranger.destroyForcibly();
        }
    }

    @Test
    void aCurrentInstanceKeepsItsPidAndIsSupervisedAgain() {
        machine.deploy(machine.release(7, Machine.SERVER));
        ProcessStatus before = machine.status();
        var endpoints = machine.supervisor().endpoints(Machine.SHOP);
        machine.restartAgent();
        assertThat(machine.status().pid()).isEqualTo(before.pid());
        assertThat(machine.status().state()).isEqualTo(State.UP);
        assertThat(machine.status().since()).isEqualTo(before.since());
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).isEqualTo(endpoints);

        Machine.kill9(machine.pid());
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(machine.status().release()).isEqualTo("v7");
    }

    @Test
    void whatEndedMeanwhileIsTakenForACrashWithItsStatus() {
        Member instance = machine.deploy(machine.release(7, Machine.SERVER));
        long pid = machine.commandPid(instance);
        machine.supervisor().close();
        Machine.kill9(pid);
        Machine.await(
                "the shim is gone",
                () -> !Machine.isAlive(machine.process(instance).tree().root().pid()));
        machine.restartAgent();
        Machine.await("it is up again", () -> machine.changes.size() == 2);
        assertThat(machine.events).contains("web.1 was killed by signal 9 (crash 1); next start now");
        assertThat(machine.output.isFinished(instance.id())).isTrue();
    }

    @Test
    void candidatesAreEnded() {
        machine.deploy(machine.release(7, Machine.SERVER));
        Member candidate =
                machine.boot(machine.release(8, Machine.SERVER)).started().get(0);
        machine.restartAgent();
        Machine.await(
                "the candidate is gone",
                () -> machine.process(candidate).tree().members().isEmpty());
        Machine.await(
                "it is forgotten",
                () -> machine.supervisor().statuses(Machine.SHOP).size() == 1);
        assertThat(machine.status().release()).isEqualTo("v7");
    }

    @Test
    void aRetiredOneGoesOnUntilItIsEnded() {
        Member old = machine.deploy(machine.release(7, Machine.SERVER));
        machine.supervisor().promote(machine.boot(machine.release(8, Machine.SERVER)));
        machine.restartAgent();
        machine.passes(machine.settings.deploy().drainTimeout());
        assertThat(machine.process(old).isOver()).isFalse();
        assertThat(machine.supervisor().retired(Machine.SHOP))
                .extracting(Member::id)
                .containsExactly(old.id());
        machine.supervisor().end(machine.supervisor().retired(Machine.SHOP), "another release took over");
        assertThat(machine.process(old).tree().members()).isEmpty();
        assertThat(machine.supervisor().endpoints(Machine.SHOP)).hasSize(1);
    }

    @Test
    void theNewerOfTwoCurrentOnesStays() {
        machine.deploy(machine.release(7, Machine.SERVER));
        Member newer =
                machine.boot(machine.release(8, Machine.SERVER)).started().get(0);
        machine.store.write(
                machine.layout.instances().resolve(newer.id() + ".json"),
                machine.record(newer)
                        .ready(newer.endpoint().orElseThrow(), Instant.now())
                        .withRole(Role.CURRENT));
        machine.restartAgent();
        assertThat(machine.supervisor().endpoints(Machine.SHOP))
                .containsExactly(newer.endpoint().orElseThrow());
    }

    @Test
    void aStrangerWhoHasThePidNowIsNotSignalled() throws IOException {
        stranger = new ProcessBuilder("sleep", "60").start();
        ProcessIdentity now = ProcessIdentity.of(stranger.pid()).orElseThrow();
        for (Role role : Role.values()) {
            String id = "shop-v1-web.1-" + role;
            machine.store.write(machine.layout.instances().resolve(id + ".json"), record(id, role));
            long startTime = now.startTime() - (role == Role.CURRENT ? 0 : 1);
            String boot = role == Role.CURRENT ? "another-boot" : now.bootId();
            Files.writeString(
                    machine.layout.instances().resolve(id + ".pid"),
                    now.pid() + " " + startTime + " " + boot + "\n",
                    StandardCharsets.US_ASCII);
        }
        machine.restartAgent();
        machine.supervisor().end(machine.supervisor().retired(Machine.SHOP), "another release took over");
        Machine.await("all are forgotten", () -> machine.recordFiles().isEmpty());
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void aMarkedProcessWithoutAnythingElseIsEnded() throws IOException {
        String id = "shop-v1-web.1-00000000";
        ProcessBuilder orphan = new ProcessBuilder("sleep", "60");
        orphan.environment().put("TINYSERV_INSTANCE", id);
        Process marked = orphan.start();
        stranger = marked;
        machine.store.write(machine.layout.instances().resolve(id + ".json"), record(id, Role.CANDIDATE));
        machine.restartAgent();
        Machine.await("it is ended", () -> !Machine.isAlive(marked.pid()));
    }

    @Test
    void anInstanceWhoseRecordWasDeletedIsEnded() throws IOException {
        Member instance = machine.deploy(machine.release(7, Machine.SERVER));
        long pid = machine.commandPid(instance);
        machine.supervisor().close();
        for (String file : machine.recordFiles()) {
            Files.delete(machine.layout.instances().resolve(file));
        }
        machine.restartAgent();
        Machine.await("it is ended", () -> !Machine.isAlive(pid));
        Machine.await(
                "that is told", () -> machine.events.contains("web.1 stopped: its record in run/instances was gone"));
    }

    @Test
    void anInstanceWhoseRecordIsDamagedIsEnded() throws IOException {
        Member instance = machine.deploy(machine.release(7, Machine.SERVER));
        long pid = machine.commandPid(instance);
        machine.supervisor().close();
        Files.writeString(machine.layout.instances().resolve(instance.id() + ".json"), "{");
        machine.restartAgent();
        Machine.await("it is ended", () -> !Machine.isAlive(pid));
    }

    @Test
    void theInstanceOfAnotherRootGoesOn() throws IOException {
        Path elsewhere = Files.createDirectories(root.resolve("data/shop/inner/data/shop"));
        Process other = startMarked("shop-v1-web.1-00000001", elsewhere);
        stranger = other;
        Files.createDirectories(machine.layout.data(Machine.SHOP));
        Process ours = startMarked("shop-v1-web.1-00000002", machine.layout.data(Machine.SHOP));
        machine.restartAgent();
        Machine.await("ours is ended", () -> !Machine.isAlive(ours.pid()));
        assertThat(other.isAlive()).isTrue();
    }

    private static Process startMarked(String id, Path data) throws IOException {
        ProcessBuilder marked = new ProcessBuilder("sleep", "60");
        marked.environment().put("TINYSERV_INSTANCE", id);
        marked.environment().put("TINYSERV_DATA_DIR", data.toString());
        return marked.start();
    }

    @Test
    void aDamagedRecordIsSetAsideAndTheRestIsTakenBack() throws IOException {
        machine.deploy(machine.release(7, Machine.SERVER));
        Path folder = machine.layout.instances();
        Files.writeString(folder.resolve("a.json"), "{\"app\": ", StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("b.json"), "{\"app\": \"../../etc\", \"id\": \"b\"}", StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("c.json"), "", StandardCharsets.UTF_8);
        Files.writeString(folder.resolve("d.exit.tmp"), "0", StandardCharsets.UTF_8);
        machine.restartAgent();
        assertThat(machine.recordFiles())
                .contains("a.json.corrupt", "b.json.corrupt", "c.json.corrupt")
                .doesNotContain("a.json", "b.json", "c.json", "d.exit.tmp");
        assertThat(machine.status().state()).isEqualTo(State.UP);
    }

    /** The agent is a JVM of its own here, and is killed as an agent is: an app must not notice. */
    @Test
    void anAppOutlivesItsKilledAgent() throws Exception {
        Path there = root.resolve("there");
        Process agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledAgent.class.getName(),
                        there.toString())
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("agent.log").toFile())
                .start();
        Machine.await("the app runs", () -> Files.exists(there.resolve("up")));
        agent.destroyForcibly().waitFor();

        try (Machine after = new Machine(there)) {
            ProcessStatus status = after.status();
            assertThat(status.state()).isEqualTo(State.UP);
            assertThat(there.resolve("up")).hasContent(String.valueOf(status.pid()));
        }
    }

    private static InstanceRecord record(String id, Role role) {
        return new InstanceRecord(
                InstanceRecord.SCHEMA,
                id,
                Machine.SHOP,
                1,
                ProcessType.WEB,
                new ProcessName(ProcessType.WEB, 1),
                role,
                null,
                null,
                role == Role.CURRENT ? "another-boot" : ProcessIdentity.currentBootId(),
                Instant.EPOCH,
                null,
                0,
                0,
                null,
                null);
    }
}
