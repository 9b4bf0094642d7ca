package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.Server.ADA;
import static dev.tinyserv.agent.git.Server.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.app.Account;
import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.event.Event;
import dev.tinyserv.agent.event.LogContext;
import dev.tinyserv.agent.event.PushEvent;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

class PushTest {
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
    void stop() throws Exception {
        // garbage may still be collected
        await(() -> git.run("-C", server.repository().toString(), "fsck", "--strict")
                        .exit()
                == 0);
        server.close();
    }

    @Test
    void aPushIsSubmittedThenTheRefMovesThenThePusherIsToldThenTheOldGoes() throws Exception {
        String commit = git.commit("Procfile", "web: ./run");
        server.submissions.pipeline = submission -> {
            assertThat(submission.app()).isEqualTo(APP);
            assertThat(submission.origin().by()).isEqualTo(ADA);
            assertThat(new String(submission.source().read("Procfile", 100).orElseThrow(), StandardCharsets.UTF_8))
                    .isEqualTo("web: ./run");
            assertThat(server.repositories.tip(APP)).isEmpty();
            submission.origin().transcript().step("Building");
            submission.origin().transcript().detail("with \u001b[2J and \r and ümläut");
        };
        server.submissions.onTipMoved =
                () -> assertThat(server.repositories.tip(APP)).contains(commit);

        Git.Result push = git.run("push", "origin", "main").ok();

        assertThat(push.output())
                .contains("remote: -----> Building")
                .contains("remote:        with \\x1b[2J and \\x0d and ümläut");
        await(() -> server.submissions.happened.contains("tip moved"));
        assertThat(server.submissions.happened).containsExactly("submit " + commit, "accepted", "tip moved");
        assertThat(server.repositories.deployBranch(APP)).isEqualTo("main");
    }

    @Test
    void linesArriveWhileTheWorkIsDone() throws Exception {
        git.commit("Procfile", "web: ./run");
        CountDownLatch seen = new CountDownLatch(1);
        server.submissions.pipeline = submission -> {
            submission.origin().transcript().step("First");
            assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
        };
        Process push = git.start("push", "origin", "main");
        StringBuilder output = new StringBuilder();
        InputStream in = push.getInputStream();
        while (!output.toString().contains("-----> First")) {
            int c = in.read();
            assertThat(c).isNotNegative();
            output.append((char) c);
        }
        seen.countDown();
        in.readAllBytes();
        assertThat(push.waitFor()).isZero();
    }

    @Test
    void aRefusalFailsThePushLeavesTheRefAndCanBeTriedAgain() throws Exception {
        String first = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        git.commit("a", "2");
        server.submissions.pipeline = submission -> {
            throw new Refusal("Procfile:3: expected TYPE: COMMAND\nand a second line");
        };

        Git.Result push = git.run("push", "origin", "main").failed();

        assertThat(push.output())
                .contains("remote:  !     Procfile:3: expected TYPE: COMMAND")
                .contains("remote:  !     and a second line")
                .contains("[remote rejected] main -> main (Procfile:3: expected TYPE: COMMAND)");
        assertThat(server.repositories.tip(APP)).contains(first);
        server.submissions.pipeline = submission -> {};
        git.run("push", "origin", "main").ok();
        assertThat(server.repositories.tip(APP)).contains(git.head());
    }

    @Test
    void anUnexpectedErrorIsNotShownButPointedTo() throws Exception {
        git.commit("a", "1");
        server.submissions.pipeline = submission -> {
            throw new IllegalStateException("secret detail");
        };
        assertThat(git.run("push", "origin", "main").failed().output())
                .contains("internal error, see the agent's log")
                .doesNotContain("secret detail");
    }

    @Test
    void aPackThatStaysLockedKeepsNobodyFromTheReport() throws Exception {
        String commit = git.commit("a", "1");
        server.submissions.pipeline = submission -> keepLocked();

        Git.Result push = git.run("push", "origin", "main", "main:other").ok();

        assertThat(push.output()).contains("main -> main").contains("main -> other");
        assertThat(server.repositories.tip(APP)).contains(commit);
        git.commit("a", "2");
        server.submissions.pipeline = submission -> {
            keepLocked();
            throw new Refusal("not today");
        };
        assertThat(git.run("push", "origin", "main").failed().output())
                .contains("[remote rejected] main -> main (not today)");
        server.submissions.pipeline = submission -> {};
        git.run("push", "origin", "main").ok();
    }

    @Test
    void aLockThatWasLeftOnAPackIsGoneWhenGarbageIsCollected() throws Exception {
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        Path lock = server.repository().resolve("objects/pack/pack-" + "1".repeat(40) + ".keep");
        Files.writeString(lock, "left");
        git.commit("a", "2");
        server.submissions.pipeline = submission -> {
            throw new Refusal("not today");
        };
        git.run("push", "origin", "main", "main:kept").failed();
        await(() -> !Files.exists(lock));
    }

    /** A folder with something in it cannot be deleted as a file, not even by root. */
    private void keepLocked() throws IOException {
        try (Stream<Path> files = Files.walk(server.repository().resolve("objects"))) {
            for (Path lock :
                    files.filter(file -> file.toString().endsWith(".keep")).toList()) {
                Files.delete(lock);
                Files.createFile(Files.createDirectory(lock).resolve("x"));
            }
        }
    }

    @Test
    void theRefIsForcedToTheReleaseWhenItCannotMoveTheOrdinaryWay() throws Exception {
        String first = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        String second = git.commit("a", "2");
        server.submissions.pipeline = submission -> {
            // somebody writes the ref behind our back, after the last look at it
            Files.writeString(server.repository().resolve("refs/heads/main"), submission.commit() + "\n");
            Files.deleteIfExists(server.repository().resolve("refs/heads/main"));
        };
        git.run("push", "origin", "main").ok();
        assertThat(first).isNotEqualTo(second);
        assertThat(server.repositories.tip(APP)).contains(second);
        assertThat(server.submissions.happened).contains("tip moved");
    }

    @Test
    void nothingHappensWhenEverythingIsUpToDate() throws Exception {
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        assertThat(git.run("push", "origin", "main").ok().output()).contains("Everything up-to-date");
        assertThat(server.submissions.commits()).hasSize(1);
    }

    @Test
    void otherBranchesAndTagsAreKeptAndNotDeployed() throws Exception {
        String commit = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        git.run("tag", "-a", "v1", "-m", "one").ok();
        Git.Result push = git.run("push", "origin", "main:feature/x", "v1").ok();
        assertThat(push.output())
                .contains("remote: Branch feature/x kept; only main is deployed")
                .contains("remote: Tag v1 kept; only main is deployed");
        assertThat(server.submissions.commits()).containsExactly(commit);
        git.run("push", "origin", ":feature/x", ":v1").ok();
        assertThat(git.run("ls-remote", "origin").ok().output()).doesNotContain("feature/x", "v1");
    }

    @Test
    void whatIsNotDeployedIsKeptAlthoughTheDeployFailsUnlessThePushIsAtomic() throws Exception {
        String commit = git.commit("a", "1");
        server.submissions.pipeline = submission -> {
            throw new Refusal("no");
        };
        assertThat(git.run("push", "origin", "main", "main:one").failed().output())
                .contains("remote: Branch one kept; only main is deployed");
        assertThat(git.run("push", "--atomic", "origin", "main", "main:two")
                        .failed()
                        .output())
                .contains("remote: Branch two not taken: main was refused, and the push is atomic")
                .doesNotContain("kept");
        assertThat(git.run("ls-remote", "origin").ok().output()).isEqualTo(commit + "\trefs/heads/one\n");
    }

    @Test
    void anAtomicPushOfWhichAPartIsForbiddenIsNotSubmitted() throws Exception {
        git.commit("a", "1");
        git.run("push", "--atomic", "origin", "main", "main:refs/notes/x").failed();
        assertThat(server.submissions.commits()).isEmpty();
        git.run("push", "--atomic", "origin", "main", "main:other").ok();
        assertThat(server.submissions.commits()).hasSize(1);
        assertThat(git.run("ls-remote", "origin").output()).contains("refs/heads/other", "refs/heads/main");
    }

    @Test
    void masterDeploysWhenItComesFirstAndHeadFollows() throws Exception {
        String commit = git.commit("a", "1");
        git.run("push", "origin", "main:master").ok();
        assertThat(server.submissions.commits()).containsExactly(commit);
        assertThat(server.repositories.deployBranch(APP)).isEqualTo("master");
        assertThat(Files.readString(server.repository().resolve("HEAD"))).isEqualTo("ref: refs/heads/master\n");
        assertThat(git.run("push", "origin", "main").ok().output())
                .contains("Branch main kept; only master is deployed");
        assertThat(server.submissions.commits()).hasSize(1);
    }

    @Test
    void aFailedFirstPushDoesNotDecideTheBranch() throws Exception {
        git.commit("a", "1");
        server.submissions.pipeline = submission -> {
            throw new Refusal("no");
        };
        git.run("push", "origin", "main:master").failed();
        assertThat(server.repositories.deployBranch(APP)).isEqualTo("main");
        assertThat(git.run("push", "origin", "main:docs").ok().output())
                .contains("Branch docs kept; only main is deployed");
        server.submissions.pipeline = submission -> {};
        git.run("push", "origin", "main").ok();
        assertThat(server.repositories.deployBranch(APP)).isEqualTo("main");
    }

    @Test
    void theDeployBranchCannotBeDeletedButForced() throws Exception {
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        assertThat(git.run("push", "origin", ":main").failed().output())
                .contains("the branch that deploys cannot be deleted");
        git.run("commit", "-q", "--amend", "-m", "Another").ok();
        git.run("push", "origin", "main").failed();
        git.run("push", "--force", "origin", "main").ok();
        assertThat(server.repositories.tip(APP)).contains(git.head());
    }

    @Test
    void oneWhoWasOvertakenIsToldToFetchFirst() throws Exception {
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        Git other = Git.clone(server, folder.resolve("other"));
        String theirs = other.commit("b", "theirs");
        git.commit("c", "ours");
        server.submissions.pipeline = submission -> {
            server.submissions.pipeline = next -> {};
            other.run("push", "origin", "main").ok();
            submission.tip().check();
        };
        assertThat(git.run("push", "origin", "main").failed().output())
                .contains("stale: somebody pushed meanwhile; git fetch first");
        assertThat(server.repositories.tip(APP)).contains(theirs);
    }

    @Test
    void twoFirstPushesOfMainAndMasterDoNotBothDeploy() throws Exception {
        git.commit("a", "1");
        server.submissions.pipeline = submission -> {
            server.submissions.pipeline = next -> {};
            git.run("push", "origin", "main:master").ok();
            submission.tip().check();
        };
        assertThat(git.run("push", "origin", "main").failed().output()).contains("stale");
        assertThat(server.repositories.deployBranch(APP)).isEqualTo("master");
    }

    @Test
    void aShallowCloneIsToldWhatToDoOrWorks() throws Exception {
        git.commit("a", "1");
        git.commit("a", "2");
        git.run("push", "origin", "main").ok();
        Git knownBase = Git.clone(server, folder.resolve("known"), "--depth", "1");
        knownBase.commit("b", "1");
        knownBase.run("push", "origin", "main").ok();

        server.repositories.destroy(APP);
        server.repositories.create(APP);
        assertThat(knownBase.run("push", "origin", "main").failed().output())
                .contains("this is a shallow clone: run git fetch --unshallow, then push again");
        assertThat(server.repositories.tip(APP)).isEmpty();
    }

    @Test
    void aVanishedPusherCancelsAndTheSessionWaitsForTheEnd() throws Exception {
        String commit = git.commit("a", "1");
        CountDownLatch submitted = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        server.submissions.pipeline = submission -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            submission.origin().cancellation().onCancel(cancelled::countDown);
            submitted.countDown();
            assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.serving).isNotEmpty();
            ended.countDown();
            submission.origin().cancellation().check();
        };
        Process push = git.start("push", "origin", "main");
        assertThat(submitted.await(60, TimeUnit.SECONDS)).isTrue();
        push.destroyForcibly();
        server.serving.forEach(Thread::interrupt);
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        await(server.serving::isEmpty);
        assertThat(server.repositories.tip(APP)).isEmpty();

        server.submissions.pipeline = submission -> {};
        git.run("push", "origin", "main").ok();
        assertThat(server.repositories.tip(APP)).contains(commit);
    }

    @Test
    void anInterruptAfterTheCommitPointDoesNotKeepTheRefBack() throws Exception {
        String commit = git.commit("a", "1");
        server.submissions.pipeline = submission -> {
            submission.origin().cancellation().seal();
            server.serving.forEach(Thread::interrupt);
        };
        Process push = git.start("push", "origin", "main");
        push.getInputStream().readAllBytes();
        await(() -> server.submissions.happened.contains("tip moved"));
        assertThat(server.repositories.tip(APP)).contains(commit);
        assertThat(server.submissions.happened).contains("tip moved");
    }

    @Test
    void whatAPushHasMovedIsToldOnceWithoutDecidingAnything() throws Exception {
        List<Event> heard = new CopyOnWriteArrayList<>();
        server.events.listen(heard::add);
        server.events.listen(event -> {
            throw new IllegalStateException("a listener of the test fails");
        });
        git.commit("a", "1");

        git.run("push", "origin", "main", "main:side").ok();

        await(() -> !heard.isEmpty());
        assertThat(heard).containsExactly(new PushEvent(APP, "ada", List.of("refs/heads/main", "refs/heads/side")));
        git.commit("a", "2");
        server.submissions.pipeline = submission -> {
            throw new Refusal("no");
        };
        git.run("push", "origin", "main").failed();
        assertThat(heard).hasSize(1);
    }

    @Test
    void theThreadThatDeploysKnowsItsAppInTheLogAndForgetsTheRelease() throws Exception {
        List<String> known = new CopyOnWriteArrayList<>();
        server.submissions.pipeline = submission -> {
            known.add(MDC.get("app") + " " + MDC.get("release"));
            LogContext.release("v7");
        };
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        git.commit("a", "2");
        git.run("push", "origin", "main").ok();

        assertThat(known).containsExactly("myapp null", "myapp null");
    }

    @Test
    void strangersAndUnknownAppsAreRefusedBeforeAnythingIsSaid() {
        InputStream in = InputStream.nullInputStream();
        OutputStream out = OutputStream.nullOutputStream();
        Account bob = new Account("bob", Account.Role.DEPLOYER, Set.of(new AppName("other")));
        assertThatThrownBy(() -> server.services.pushes().serve(Server.session(APP, bob, in, out, "")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no app 'myapp'");
        AppName nothing = new AppName("nothing");
        assertThatThrownBy(() -> server.services.fetches().serve(Server.session(nothing, ADA, in, out, "")))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the repository of nothing is missing");
        assertThatThrownBy(() -> server.repositories.create(APP)).isInstanceOf(Refusal.class);
    }

    @Test
    void aPushThatGoesAroundTheAgentIsRefusedByTheHooks() throws Exception {
        git.commit("a", "1");
        assertThat(git.run("push", server.repository().toString(), "main")
                        .failed()
                        .output())
                .contains("tinyserv deploys pushes that come through tinyserv")
                .contains("tinyserv-remote git-receive-pack");
        assertThat(server.repositories.tip(APP)).isEmpty();
    }

    static void await(Callable<Boolean> condition) {
        Eventually.until("what the test waits for", () -> {
            try {
                return condition.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
