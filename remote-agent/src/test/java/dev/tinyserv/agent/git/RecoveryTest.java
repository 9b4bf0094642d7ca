package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.Server.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.agent.app.AppName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
    @TempDir
    Path folder;

    Server server;
    Git git;

    @BeforeEach
    void serve() throws IOException {
        server = new Server(folder, Map.of());
        git = Git.init(server, folder.resolve("work"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void whatAKilledAgentLeftIsSweptBeforeAPushAndPushesWorkAgain() throws Exception {
        git.commit("a", "1");
        git.run("push", "origin", "main", "main:work.tmp", "main:gc_x", "main:noz")
                .ok();
        Path repository = server.repository();
        List<Path> leftovers = leave(server);
        git.commit("a", "2");
        server.succeed();

        git.run("push", "origin", "main").ok();

        assertThat(leftovers).allSatisfy(leftover -> assertThat(leftover).doesNotExist());
        assertThat(git.run("ls-remote", "origin").output()).contains("heads/work.tmp", "heads/gc_x", "heads/noz");
        assertThat(repository.resolve("hooks/update")).isExecutable();
        git.run("-C", repository.toString(), "fsck", "--strict").ok();
    }

    @Test
    void whatAKilledAgentLeftIsSweptWhereNobodyComes() throws Exception {
        List<Path> leftovers = leave(server);
        server.succeed();

        server.repositories.sweepUnused();

        PushTest.await(() -> leftovers.stream().noneMatch(Files::exists));
    }

    @Test
    void repositoriesThatAKilledAgentHasNotFinishedAreSweptAtOnce() throws Exception {
        Path other = server.repository().resolveSibling(".tmp-other-1-1");
        Path probe = server.repository().resolveSibling(".probe-2");
        Files.createDirectories(other);
        Files.writeString(other.resolve("x"), "half");
        Files.writeString(probe, "");

        server.repositories.sweepUnfinished();

        assertThat(other).doesNotExist();
        assertThat(probe).doesNotExist();
        assertThat(server.repository()).exists();
    }

    private static List<Path> leave(Server server) throws IOException {
        Path repository = server.repository();
        List<Path> leftovers = List.of(
                repository.resolve("refs/heads/main.lock"),
                repository.resolve("packed-refs.lock"),
                repository.resolve("HEAD.lock"),
                repository.resolve("config.lock"),
                repository.resolve("gc.pid"),
                repository.resolve("objects/incoming_123.pack"),
                repository.resolve("objects/incoming_123.idx"),
                repository.resolve("objects/pack/pack-" + "1".repeat(40) + ".pack"),
                repository.resolve("objects/pack/pack-" + "1".repeat(40) + ".keep"),
                repository.resolve("objects/pack/gc_1.pack_tmp"),
                repository.resolve(".probe-1"));
        for (Path leftover : leftovers) {
            Files.createDirectories(leftover.resolveSibling("."));
            Files.writeString(leftover, "half");
        }
        return leftovers;
    }

    @Test
    void theBranchFollowsTheReleaseForward() throws Exception {
        String first = git.commit("a", "1");
        git.run("push", "origin", "main:master").ok();
        String second = git.commit("a", "2");
        git.run("push", "origin", "main:other").ok();
        server.repositories.rollForward(APP, second, first);
        assertThat(server.repositories.tip(APP)).contains(second);
        server.repositories.rollForward(APP, "1".repeat(40), second);
        server.repositories.rollForward(APP, second, second);
        assertThat(server.repositories.tip(APP)).contains(second);
        server.repositories.rollForward(APP, first, second);
        assertThat(server.repositories.tip(APP)).contains(first);
    }

    @Test
    void aBranchThatWentOnAfterTheReleaseStays() throws Exception {
        String first = git.commit("a", "1");
        git.run("push", "origin", "main:master").ok();
        String released = git.commit("a", "2");
        git.run("push", "origin", "main:other").ok();
        String later = git.commit("a", "3");
        git.run("push", "origin", "main:master").ok();
        server.repositories.rollForward(APP, released, first);
        assertThat(server.repositories.tip(APP)).contains(later);
        server.repositories.rollForward(APP, released, null);
        assertThat(server.repositories.tip(APP))
                .as("that of the app's first push, too")
                .contains(later);
        server.repositories.rollForward(APP, released, later);
        assertThat(server.repositories.tip(APP)).contains(released);
    }

    @Test
    void commitsDifferWhereTheirFilesDo() throws Exception {
        String first = git.commit("services/api/main", "1");
        String second = git.commit("services/web/main", "1");
        git.run("push", "origin", "main:master").ok();
        assertThat(server.differ(first, second, List.of("services/api", "libs")))
                .isFalse();
        assertThat(server.differ(first, second, List.of("libs", "services"))).isTrue();
        assertThat(server.differ(first, second, List.of("services/web/main"))).isTrue();
        assertThat(server.differ("1".repeat(40), second, List.of("libs"))).isTrue();
    }

    @Test
    void aFirstPushOfMasterThatDiedBeforeItsRefIsFoundAgain() throws Exception {
        String commit = git.commit("a", "1");
        server.submissions.pipeline = submission -> {
            throw new IllegalStateException("as if the machine had gone here, after the commit point");
        };
        git.run("push", "origin", "main:kept", "main:master").failed();
        server.repositories.rollForward(APP, commit, null);
        assertThat(server.repositories.deployBranch(APP)).isEqualTo("master");
        assertThat(server.repositories.tip(APP)).contains(commit);
    }

    @Test
    void destroyedRepositoriesLeaveNoFileOpen() throws Exception {
        for (int i = 0; i < 3; i++) {
            git.commit("a", "" + i);
            git.run("push", "origin", "main").ok();
            git.run("ls-remote", "origin").ok();
        }
        PushTest.await(server.serving::isEmpty);
        server.repositories.destroy(APP);
        server.repositories.destroy(APP);
        assertThat(server.repositories.exists(APP)).isFalse();
        assertThat(server.repository()).doesNotExist();
        PushTest.await(() -> openFiles().noneMatch(file -> file.startsWith(folder.toString())));
        server.repositories.create(new AppName("other"));
        assertThat(server.repositories.tip(new AppName("other"))).isEmpty();
    }

    @Test
    void whoComesWhileARepositoryIsSweptWaitsAndASweepThatFailedIsDoneAgain() throws Exception {
        RepositoryGate gate = new RepositoryGate();
        assertThat(gate.tryBeginSweep()).isTrue();
        assertThat(gate.tryBeginSweep()).isFalse();
        CountDownLatch entered = new CountDownLatch(1);
        Thread visitor = waitingVisitor(gate, entered);
        gate.endSweep(false);
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        visitor.join();
        assertThat(gate.tryBeginSweep()).isTrue();
        gate.endSweep(true);
        assertThat(gate.tryBeginSweep()).isFalse();
    }

    @Test
    void collectionStaysOutWhileSomebodyIsInAndGivesWay() throws Exception {
        RepositoryGate gate = new RepositoryGate();
        RepositoryGate.Pass first = gate.enter();
        RepositoryGate.Pass nested = gate.enter();
        assertThat(gate.tryBeginCollection()).isFalse();
        first.close();
        assertThat(gate.tryBeginCollection()).isFalse();
        nested.close();
        assertThat(gate.tryBeginCollection()).isTrue();
        assertThat(gate.tryBeginCollection()).isFalse();
        CountDownLatch entered = new CountDownLatch(1);
        Thread visitor = waitingVisitor(gate, entered);
        gate.endCollection();
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        visitor.join();
        assertThat(gate.someoneWaits()).isFalse();
    }

    /** Somebody who wants to enter and has to wait; counts down when let in. */
    private static Thread waitingVisitor(RepositoryGate gate, CountDownLatch entered) throws Exception {
        Thread visitor = new Thread(() -> {
            gate.enter().close();
            entered.countDown();
        });
        visitor.start();
        PushTest.await(gate::someoneWaits);
        return visitor;
    }

    private static java.util.stream.Stream<String> openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files
                    .map(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString();
                        } catch (IOException e) {
                            return "";
                        }
                    })
                    .toList()
                    .stream();
        }
    }
}
