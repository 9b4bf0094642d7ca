package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.Server.ADA;
import static dev.tinyserv.agent.git.Server.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is garbage of a repository, and what is not although no ref names it. */
class GarbageTest {
    @TempDir
    Path folder;

    Server server;
    Git git;
    String first = "";

    @BeforeEach
    void serve() throws IOException {
        server = new Server(folder, Map.of());
        git = Git.init(server, folder.resolve("work"));
        first = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aReleaseWhoseBranchCouldNotFollowOutlivesCleaning() throws Exception {
        String commit = git.commit("a", "2");
        server.submissions.pipeline = submission -> lockBranch();

        assertThat(git.run("push", "origin", "main").ok().output()).contains("the agent's next start does it");
        assertThat(server.repositories.clean(APP)).isPresent();

        assertThat(server.repositories.tip(APP)).contains(first);
        assertFollows(commit);
    }

    @Test
    void soItDoesWhenATagOfTheSamePushWasRejected() throws Exception {
        String commit = git.commit("a", "2");
        git.run("tag", "v1").ok();
        server.submissions.pipeline = submission -> {
            lockBranch();
            Path tags = server.repository().resolve("refs/tags");
            Files.createDirectories(tags);
            Files.createFile(tags.resolve("v1.lock"));
        };

        git.run("push", "origin", "main", "v1").failed();

        assertStays(commit);
        assertFollows(commit);
    }

    @Test
    void soDoesThatOfAnArchive() throws Exception {
        List<String> told = new ArrayList<>();
        server.submissions.pipeline = submission -> lockBranch();

        server.archives.deploy(
                APP, new Origin(ADA, "localhost", told::add, new Cancellation()), new ByteArrayInputStream(archive()));

        assertThat(told).anyMatch(line -> line.contains("the agent's next start does it"));
        String commit = server.submissions.released.orElseThrow();
        assertStays(commit);
        assertThat(server.repositories.clean(APP)).isPresent();
        assertFollows(commit);
    }

    @Test
    void aPushWithoutAReleaseWhoseBranchStaysHasNotHappened() throws Exception {
        String commit = git.commit("a", "2");
        server.submissions.releases = false;
        server.submissions.pipeline = submission -> lockBranch();

        String told = git.run("push", "origin", "main").failed().output();

        assertThat(told).contains("[remote rejected]").doesNotContain("is live", "next start");
        assertThat(server.submissions.happened).endsWith("accepted");
        assertThat(server.repositories.tip(APP)).contains(first);

        Files.deleteIfExists(server.repository().resolve("refs/heads/main.lock"));
        server.submissions.pipeline = submission -> {};
        git.run("push", "origin", "main").ok();
        assertThat(server.repositories.tip(APP)).contains(commit);
    }

    @Test
    void norHasThatOfAnArchive() {
        List<String> told = new ArrayList<>();
        server.submissions.releases = false;
        server.submissions.pipeline = submission -> lockBranch();

        assertThatThrownBy(() -> server.archives.deploy(
                        APP,
                        new Origin(ADA, "localhost", told::add, new Cancellation()),
                        new ByteArrayInputStream(archive())))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the branch could not be moved");

        assertThat(told).noneMatch(line -> line.contains("is live"));
        assertThat(server.repositories.tip(APP)).contains(first);
    }

    @Test
    void theNextStartDoesNotDeleteItEitherIfItCannotMoveTheBranch() throws Exception {
        forceAway();
        first = git.head();
        String commit = git.commit("a", "2");
        server.submissions.pipeline = submission -> lockBranch();
        git.run("push", "origin", "main").ok();
        Files.createDirectory(server.repository().resolve("objects").resolve(Leftovers.QUARANTINE + "killed"));
        server.succeed();

        server.repositories.sweepUnused();

        PushTest.await(() -> packs().size() == 3); // the one that was forced away has gone
        assertFollows(commit);
    }

    @Test
    void aReleaseWhoseCommitHasGoneHindersNoCleaning() throws Exception {
        server.submissions.released = Optional.of("1".repeat(40));
        forceAway();
        server.submissions.released = Optional.of("1".repeat(40));

        assertThat(server.repositories.clean(APP)).isPresent();

        assertThat(server.repositories.source(APP, git.head()).exists("a")).isTrue();
        assertThat(packs()).hasSize(1);
    }

    @Test
    void whileItIsNotKnownWhatIsReleasedNothingIsDeleted() throws Exception {
        String forced = forceAway();
        server.submissions.unknown = true;

        assertThatThrownBy(() -> server.repositories.clean(APP)).isInstanceOf(Refusal.class);

        server.submissions.unknown = false;
        assertThat(server.repositories.source(APP, forced).exists("a")).isTrue();
    }

    @Test
    void aTagIsNotTakenWhoseObjectsCouldNotBeStored() throws Exception {
        git.commit("a", "2");
        git.run("tag", "v1").ok();
        Path packs = server.repository().resolve("objects/pack");
        Path away = server.repository().resolve("objects/away");
        server.submissions.pipeline = submission -> {
            Files.move(packs, away);
            Files.createFile(packs);
            try {
                submission.tip().keep();
            } finally {
                Files.delete(packs);
                Files.move(away, packs, StandardCopyOption.ATOMIC_MOVE);
            }
        };

        String told = git.run("push", "origin", "main", "v1").failed().output();

        assertThat(told).containsPattern("\\[remote rejected\\] +v1 -> v1 .*could not be stored");
        assertThat(git.run("ls-remote", "origin").ok().output()).doesNotContain("v1");
        git.run("-C", server.repository().toString(), "fsck", "--strict").ok();
    }

    @Test
    void aDamagedRepositoryIsRefusedWithItsPlaceAndAReason() throws Exception {
        Files.writeString(server.repository().resolve("refs/heads/side"), "1".repeat(40) + "\n");

        assertThatThrownBy(() -> server.repositories.garbageBytes(APP))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll(server.repository().toString(), "1".repeat(40), "backup");
        assertThatThrownBy(() -> server.repositories.clean(APP))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll(server.repository().toString(), "1".repeat(40), "backup");
    }

    @Test
    void aPackWhoseIndexCannotBeReadIsNotTakenForEmpty() throws Exception {
        git.commit("a", "2");
        git.run("push", "origin", "main").ok();
        List<Path> before = packs();
        for (Path pack : before) {
            Files.write(Path.of(pack.toString().replace(".pack", ".idx")), new byte[100]);
        }

        assertThatThrownBy(() -> server.repositories.clean(APP)).isInstanceOf(Refusal.class);

        assertThat(packs()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void whatACleaningCouldNotPackAnewIsTriedAgainAfterTheNextPush() throws Exception {
        String forced = forceAway();
        Path mark =
                Files.createDirectory(server.repository().resolve("objects").resolve(Leftovers.QUARANTINE + "killed"));
        server.submissions.released = Optional.of(forced);

        assertThat(server.repositories.clean(APP)).isPresent();

        assertThat(server.repositories.source(APP, forced).exists("a")).isTrue();
        assertThat(mark).as("the mark stays until it is done").exists();
        git.commit("b", "1");
        git.run("push", "origin", "main").ok();
        PushTest.await(() -> Files.notExists(mark));
    }

    /** Leaves a commit that no ref and no release names; returns it. */
    private String forceAway() throws IOException {
        String forced = git.commit("a", "2");
        git.run("push", "origin", "main").ok();
        git.run("reset", "-q", "--hard", "HEAD^").ok();
        git.commit("a", "3");
        git.run("push", "-f", "origin", "main").ok();
        return forced;
    }

    private void lockBranch() throws IOException {
        Files.createFile(server.repository().resolve("refs/heads/main.lock"));
    }

    /** After whatever the end of a push has set going. */
    private void assertStays(String commit) throws Exception {
        PushTest.await(() -> server.serving.isEmpty());
        assertThat(server.repositories.clean(APP)).isPresent();
        assertThat(server.repositories.source(APP, commit).exists("a")).isTrue();
    }

    private void assertFollows(String commit) throws IOException {
        Files.deleteIfExists(server.repository().resolve("refs/heads/main.lock"));
        server.succeed();
        server.repositories.rollForward(APP, commit, first);
        assertThat(server.repositories.tip(APP)).contains(commit);
        assertThat(server.repositories.source(APP, commit).exists("a")).isTrue();
        git.run("-C", server.repository().toString(), "fsck", "--strict").ok();
    }

    private static byte[] archive() throws IOException {
        byte[] content = "of an archive".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("a");
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private List<Path> packs() throws IOException {
        try (Stream<Path> files = Files.list(server.repository().resolve("objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }
}
