package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.Server.ADA;
import static dev.tinyserv.agent.git.Server.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tinyserv.agent.submit.Origin;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refused push brought goes at once, however it was refused, and also where nothing can be written. */
@Tag("slow")
class QuarantineTest {
    private static final int MB = 1 << 20;

    @TempDir
    Path folder;

    Server server;
    Git git;
    List<String> before = List.of();

    @BeforeEach
    void serve() throws IOException {
        server = new Server(folder, Map.of("TINYSERV_MAX_OBJECT", "8m", "TINYSERV_MAX_PACK", "12m"));
        git = Git.init(server, folder.resolve("work"));
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        before = objects();
    }

    @AfterEach
    void stop() throws Exception {
        PushTest.await(() -> git.run("-C", server.repository().toString(), "fsck", "--strict")
                        .exit()
                == 0);
        server.close();
    }

    @Test
    void aBuildThatFailsLeavesNothingWhenThePusherKnows() throws Exception {
        noise("noise", 5 * MB);
        server.submissions.pipeline = submission -> {
            assertThat(submission.source().exists("noise")).isTrue();
            throw new Refusal("the build failed");
        };

        git.run("push", "origin", "main").failed();

        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void noKindOfRefusalLeavesAnything() throws Exception {
        noise("noise", 2 * MB);
        git.run("push", "origin", "main:refs/notes/x").failed();
        assertThat(objects()).as("a ref that is not taken").isEqualTo(before);
        git.run("push", "--atomic", "origin", "main:side", "main:refs/notes/x").failed();
        assertThat(objects()).as("a part of an atomic push").isEqualTo(before);
        server.submissions.pipeline = submission -> {
            throw new IllegalStateException("an error in tinyserv");
        };
        git.run("push", "origin", "main").failed();
        assertThat(objects()).as("an unexpected error").isEqualTo(before);
        server.submissions.pipeline = submission -> {
            submission.origin().cancellation().cancel("somebody cancelled it");
            submission.origin().cancellation().check();
        };
        git.run("push", "origin", "main").failed();
        assertThat(objects()).as("a cancelled build").isEqualTo(before);
        Files.write(git.folder.resolve("zeros"), new byte[9 * MB]);
        git.commit("b", "2");
        git.run("push", "origin", "main").failed();
        assertThat(objects()).as("an object that is too large").isEqualTo(before);
        git.run("reset", "-q", "--hard", "HEAD^").ok();
        noise("more", 7 * MB);
        noise("evenmore", 7 * MB);
        git.run("push", "origin", "main").failed();
        assertThat(objects()).as("a push that is too large").isEqualTo(before);
    }

    @Test
    void aPushThatWasOvertakenLeavesNothing() throws Exception {
        Git other = Git.clone(server, folder.resolve("other"));
        other.commit("b", "theirs");
        noise("noise", 2 * MB);
        server.submissions.pipeline = submission -> {
            server.submissions.pipeline = next -> {};
            other.run("push", "origin", "main").ok();
            before = objects().stream()
                    .filter(name -> !name.contains(Leftovers.QUARANTINE))
                    .toList();
            submission.tip().check();
        };

        git.run("push", "origin", "main").failed();

        assertThat(objects()).isEqualTo(before);
        assertThat(server.repositories.tip(APP)).contains(other.head());
    }

    @Test
    void aPusherWhoLeavesLeavesNothing() throws Exception {
        noise("noise", 2 * MB);
        CountDownLatch submitted = new CountDownLatch(1);
        server.submissions.pipeline = submission -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            submission.origin().cancellation().onCancel(cancelled::countDown);
            submitted.countDown();
            assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
            submission.origin().cancellation().check();
        };
        Process push = git.start("push", "origin", "main");
        assertThat(submitted.await(60, TimeUnit.SECONDS)).isTrue();
        push.destroyForcibly();
        server.serving.forEach(Thread::interrupt);
        PushTest.await(server.serving::isEmpty);

        assertThat(objects()).isEqualTo(before);
    }

    @Test
    void nobodyElseSeesWhatIsNotAcceptedYet() throws Exception {
        String first = git.head();
        String commit = noise("noise", MB);
        server.submissions.pipeline = submission -> {
            assertThat(packs()).hasSize(1);
            assertThat(server.differ(first, commit, List.of("a")))
                    .as("the repository does not know the commit")
                    .isTrue();
            assertThat(submission.comparison().changes(first, List.of("a"))).isFalse();
            submission.tip().keep();
            assertThat(packs()).hasSize(2);
            assertThat(server.repositories.source(APP, commit).exists("noise")).isTrue();
        };

        git.run("push", "origin", "main").ok();

        assertThat(objects()).hasSize(before.size() + 2).noneMatch(name -> name.contains(Leftovers.QUARANTINE));
    }

    @Test
    void aReleaseThatCannotBeWrittenAfterAllLeavesNothingEither() throws Exception {
        noise("noise", 2 * MB);
        server.submissions.pipeline = submission -> {
            submission.tip().keep();
            throw new Refusal("the release cannot be written");
        };

        git.run("push", "origin", "main").failed();

        PushTest.await(() -> objects().equals(before));
    }

    @Test
    void anAppThatIsMadeAnewMeanwhileGetsNothingOfIt() throws Exception {
        noise("noise", MB);
        server.submissions.pipeline = submission -> {
            server.repositories.destroy(APP);
            server.repositories.create(APP);
            submission.tip().keep();
        };

        assertThat(git.run("push", "-f", "origin", "main").failed().output())
                .contains("was destroyed while this deploy was under way");

        assertThat(server.repositories.tip(APP)).isEmpty();
        assertThat(packs()).isEmpty();
    }

    @Test
    void theSameObjectsRefusedHereAndTakenThereStay() throws Exception {
        noise("noise", MB);
        server.submissions.pipeline = submission -> {
            git.run("push", "origin", "main:side").ok();
            submission.tip().keep();
            throw new Refusal("no");
        };

        git.run("push", "origin", "main").failed();

        PushTest.await(() -> packs().size() == 2);
        git.run("push", "origin", "main:third").ok();
        assertThat(Git.clone(server, folder.resolve("copy"), "-b", "side")
                        .folder
                        .resolve("noise"))
                .exists();
    }

    @Test
    void archivesThatAreRefusedOrOnlyLookedAtLeaveNothing() throws Exception {
        byte[] archive = archive();
        Cancellation wanted = new Cancellation();
        server.archives.inspect(
                APP,
                new Origin(ADA, "localhost", line -> {}, wanted),
                new ByteArrayInputStream(archive),
                submission -> assertThat(submission.commit()).hasSize(40));
        assertThat(objects()).as("a dry run").isEqualTo(before);
        server.submissions.pipeline = submission -> {
            throw new Refusal("no");
        };
        assertThatThrownBy(() -> server.archives.deploy(
                        APP, new Origin(ADA, "localhost", line -> {}, wanted), new ByteArrayInputStream(archive)))
                .isInstanceOf(Refusal.class);
        assertThat(objects()).as("a build that fails").isEqualTo(before);
        assertThatThrownBy(() -> server.archives.deploy(
                        APP,
                        new Origin(ADA, "localhost", line -> {}, wanted),
                        new ByteArrayInputStream(archive, 0, archive.length / 2)))
                .isInstanceOf(Refusal.class);
        assertThat(objects()).as("half an archive").isEqualTo(before);
    }

    @Test
    void whatAKilledAgentHadReceivedGoesAtTheNextStart() throws Exception {
        String commit = noise("noise", 2 * MB);
        Path objects = server.repository().resolve("objects");
        Path received = Files.createDirectories(objects.resolve(Leftovers.QUARANTINE + "x/pack"));
        Files.write(received.resolve("incoming_1.pack"), new byte[MB]);
        assertThat(pack(git, commit, received.resolve("pack"))).isNotEmpty();
        Path kept = Files.createDirectories(objects.resolve(Leftovers.QUARANTINE + "y/pack"));
        assertThat(pack(git, commit, objects.resolve("pack/pack"))).isNotEmpty();
        assertThat(kept).exists();
        assertThat(packs()).hasSize(2);
        server.succeed();

        server.repositories.sweepUnused();

        PushTest.await(() -> objects().equals(before));
    }

    @Test
    void onAFullDiskWhatARefusedPushBroughtGoesAndSoDoesWhatAnEarlierAgentLeft() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeThat(mount(small)).as("this is root, and may mount").isZero();
        Server full = new Server(small, Map.of());
        try {
            Git user = Git.init(full, folder.resolve("user"));
            user.commit("a", "1");
            user.run("push", "origin", "main").ok();
            long free = small.toFile().getUsableSpace();
            byte[] noise = new byte[24 * MB];
            new Random(1).nextBytes(noise);
            Files.write(user.folder.resolve("noise"), noise);
            String commit = user.commit("b", "2");
            full.submissions.pipeline = submission -> {
                fill(small);
                submission.tip().keep();
                throw new IOException("No space left on device");
            };

            user.run("push", "origin", "main").failed();

            PushTest.await(() -> packs(full).size() == 1);
            Files.delete(small.resolve("filling"));
            PushTest.await(() -> small.toFile().getUsableSpace() > free - MB);

            for (Path file : pack(user, commit, folder.resolve("left"))) {
                Files.copy(file, full.repository().resolve("objects/pack").resolve(file.getFileName()));
            }
            fill(small);
            assertThat(packs(full)).hasSize(2);
            full.succeed();
            full.repositories.sweepUnused();
            PushTest.await(() -> packs(full).size() == 1);
        } finally {
            full.close();
            assertThat(run("umount", "-l", small.toString())).isZero();
        }
    }

    private static void fill(Path disk) throws IOException {
        byte[] block = new byte[64 * 1024];
        try (OutputStream filling = Files.newOutputStream(disk.resolve("filling"))) {
            while (true) {
                filling.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }

    private static int mount(Path at) throws Exception {
        return run("mount", "-t", "tmpfs", "-o", "size=40m", "none", at.toString());
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private String noise(String name, int bytes) throws IOException {
        byte[] noise = new byte[bytes];
        new Random(name.hashCode()).nextBytes(noise);
        Files.write(git.folder.resolve(name), noise);
        return git.commit("about-" + name, name);
    }

    /** Packs a commit with all that it needs; git moves packs only within one file system. */
    private static List<Path> pack(Git user, String commit, Path prefix) throws Exception {
        Process pack = user.start("pack-objects", "-q", "--revs", prefix.toString());
        try (OutputStream in = pack.getOutputStream()) {
            in.write((commit + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(pack.waitFor()).isZero();
        try (Stream<Path> files = Files.list(prefix.resolveSibling("."))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix.getFileName() + "-"))
                    .toList();
        }
    }

    private byte[] archive() throws Exception {
        byte[] noise = new byte[2 * MB];
        new Random(5).nextBytes(noise);
        Path file = Files.write(folder.resolve("noise"), noise);
        Path tar = folder.resolve("noise.tar");
        assertThat(run("tar", "-C", folder.toString(), "-cf", tar.toString(), String.valueOf(file.getFileName())))
                .isZero();
        return Files.readAllBytes(tar);
    }

    private List<Path> packs() throws IOException {
        return packs(server);
    }

    private static List<Path> packs(Server of) throws IOException {
        try (Stream<Path> files = Files.list(of.repository().resolve("objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).toList();
        }
    }

    /** All that lies below objects, as names and sizes. */
    private List<String> objects() throws IOException {
        Path objects = server.repository().resolve("objects");
        try (Stream<Path> all = Files.walk(objects)) {
            return all.map(path -> objects.relativize(path) + " "
                            + (Files.isDirectory(path) ? "" : path.toFile().length()))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            return List.of("changing");
        }
    }
}
