package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.PushTest.await;
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
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives, good ones and such that mean no good. */
class ArchiveDeployTest {
    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();
    private Server server;
    private Git git;

    @BeforeEach
    void serve() throws IOException {
        server = new Server(
                folder,
                Map.of(
                        "TINYSERV_MAX_PACK", "900k",
                        "TINYSERV_MAX_OBJECT", "300k",
                        "TINYSERV_MAX_CHECKOUT", "600k",
                        "TINYSERV_MAX_FILES", "50"));
        git = Git.init(server, folder.resolve("work"));
    }

    @AfterEach
    void stop() throws Exception {
        await(() -> git.run("-C", server.repository().toString(), "fsck", "--strict")
                        .exit()
                == 0);
        server.close();
    }

    private interface Content {
        void addTo(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            content.addTo(tar);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, String content) throws IOException {
        file(tar, name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static void special(TarArchiveOutputStream tar, String name, byte kind, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static byte[] zipped(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }

    private void deploy(byte[] archive) {
        deploy(new ByteArrayInputStream(archive));
    }

    private void deploy(InputStream archive) {
        server.archives.deploy(APP, new Origin(ADA, "localhost", lines::add, new Cancellation()), archive);
    }

    private String inRepository(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-C", server.repository().toString()));
        all.addAll(List.of(arguments));
        return git.run(all.toArray(String[]::new)).ok().output();
    }

    private void assertRefused(byte[] archive, String... parts) {
        String before = server.repositories.tip(APP).orElse("none");
        assertThatThrownBy(() -> deploy(archive))
                .isInstanceOf(Refusal.class)
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining("\n");
        assertThat(server.repositories.tip(APP).orElse("none")).isEqualTo(before);
        assertThat(server.submissions.commits()).isEmpty();
    }

    @Test
    void oneThatIsCutOffAnywhereIsNamedAsSuch() throws IOException {
        byte[] whole = tar(tar -> {
            file(tar, "Procfile", "web: ./run");
            file(tar, "d/" + "n".repeat(300), "a long name");
            file(tar, "big", new byte[40_000]);
        });
        for (int length : new int[] {515, 1024, 1030, 2000, 2560, 3000, 10_000, 30_000}) {
            assertRefused(Arrays.copyOf(whole, length), "ends early; send it again");
        }
        byte[] zipped = zipped(whole);
        assertRefused(Arrays.copyOf(zipped, zipped.length / 2), "ends early; send it again");
    }

    @Test
    void itsFilesBecomeACommitOnTopOfTheBranch() throws IOException {
        git.commit("old", "old");
        git.run("push", "-q", "origin", "main").ok();
        String first = server.repositories.tip(APP).orElseThrow();
        server.submissions.happened.clear();
        byte[] archive = tar(tar -> {
            special(tar, "./", TarConstants.LF_DIR, "");
            file(tar, "./Procfile", "web: ./run\n");
            TarArchiveEntry run = new TarArchiveEntry("./bin/run", true);
            run.setSize(3);
            run.setMode(0100755);
            tar.putArchiveEntry(run);
            tar.write("run".getBytes(StandardCharsets.UTF_8));
            tar.closeArchiveEntry();
            special(tar, "./link", TarConstants.LF_SYMLINK, "bin/run");
            special(tar, "./same", TarConstants.LF_LINK, "./bin/run");
            file(tar, "./.git/config", "evil");
            file(tar, "./" + "long/".repeat(40) + "name", "deep");
            file(tar, "./Procfile", "web: bin/run\n");
        });

        for (byte[] each : List.of(archive, zipped(archive))) {
            deploy(each);
            String tip = server.repositories.tip(APP).orElseThrow();
            assertThat(inRepository("ls-tree", "-r", "main"))
                    .containsPattern("100644 blob \\w+\tProcfile\n")
                    .containsPattern("100755 blob \\w+\tbin/run\n")
                    .containsPattern("120000 blob \\w+\tlink\n")
                    .containsPattern("100755 blob \\w+\tsame\n")
                    .containsPattern("\t(long/){40}name\n")
                    .doesNotContain("old", ".git");
            assertThat(inRepository("show", "main:Procfile")).isEqualTo("web: bin/run\n");
            assertThat(inRepository("show", "-s", "--format=%P %an", "main")).startsWith(first + " ada");
            assertThat(server.submissions.happened).contains("submit " + tip, "accepted", "tip moved");
            first = tip;
        }
    }

    @Test
    void theFirstDeployOfAnAppMayBeAnArchive() throws IOException {
        deploy(tar(tar -> file(tar, "Procfile", "web: x\n")));

        assertThat(inRepository("show", "-s", "--format=%P", "HEAD")).isBlank();
        assertThat(lines).anyMatch(line -> line.matches("-----> Received [0-9a-f]{7}"));
    }

    @Test
    void whatTarItselfPacksIsRead() throws Exception {
        Path app = Files.createDirectories(folder.resolve("app/süb"));
        Files.writeString(app.resolve("a b"), "spaces");
        for (String format : List.of("gnu", "posix", "ustar")) {
            Process tar = new ProcessBuilder(
                            "tar",
                            "-cz",
                            "--format=" + format,
                            "-C",
                            folder.resolve("app").toString(),
                            ".")
                    .start();
            deploy(tar.getInputStream());
            assertThat(tar.waitFor()).isZero();
            assertThat(inRepository("-c", "core.quotePath=false", "ls-tree", "-r", "main"))
                    .contains("süb/a b");
        }
    }

    @Test
    void filesWithHolesAreWhole() throws Exception {
        Path app = Files.createDirectories(folder.resolve("holes"));
        try (RandomAccessFile file = new RandomAccessFile(app.resolve("data").toFile(), "rw")) {
            file.setLength(200_000);
            file.seek(100_000);
            file.write("middle".getBytes(StandardCharsets.UTF_8));
        }
        for (String format : List.of("gnu", "posix")) {
            Process tar = new ProcessBuilder("tar", "-cSz", "--format=" + format, "-C", app.toString(), ".").start();
            deploy(tar.getInputStream());
            assertThat(inRepository("cat-file", "-s", "main:data")).isEqualTo("200000\n");
        }
    }

    @Test
    void namesThatAreTooLongOrTooDeepAreRefusedAndOldOnesAreRead() throws IOException {
        assertRefused(tar(tar -> file(tar, "a/".repeat(200) + "x", "x")), "nested more than 100 deep");
        assertRefused(tar(tar -> file(tar, "x".repeat(5000), "x")), "longer than 4096 bytes");
        byte[] latin = tar(tar -> file(tar, "cafe", "x"));
        latin[3] = (byte) 0xe8;
        for (int i = 148; i < 156; i++) {
            latin[i] = ' ';
        }
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += latin[i] & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, latin, 148, 8);
        deploy(latin);
        assertThat(inRepository("-c", "core.quotePath=false", "ls-tree", "--name-only", "main"))
                .isEqualTo("cafè\n");
    }

    @Test
    void whatWasRefusedMovesNothing() throws IOException {
        server.submissions.pipeline = submission -> {
            throw new Refusal("it does not build");
        };

        assertThatThrownBy(() -> deploy(tar(tar -> file(tar, "x", "x")))).hasMessage("it does not build");

        assertThat(server.repositories.tip(APP)).isEmpty();
    }

    @Test
    void aPushMeanwhileMakesItStale() throws IOException {
        git.commit("file", "content");
        server.submissions.pipeline = submission -> {
            server.submissions.pipeline = any -> {};
            git.run("push", "-q", "origin", "main").ok();
            submission.tip().check();
        };

        assertThatThrownBy(() -> deploy(tar(tar -> file(tar, "x", "x"))))
                .hasMessageContaining("somebody pushed meanwhile; deploy again");
    }

    @Test
    void namesThatLeadOutAreRefused() throws IOException {
        for (String name : List.of("../x", "a/../../x", "/etc/passwd", "a/.git/hooks/x", "a//b", "a/./b", "x/")) {
            boolean folder = name.endsWith("/");
            byte[] archive = tar(tar -> {
                TarArchiveEntry entry = new TarArchiveEntry("placeholder", true);
                entry.setName(folder ? "x" : name);
                entry.setSize(1);
                tar.putArchiveEntry(entry);
                tar.write('x');
                tar.closeArchiveEntry();
                if (folder) {
                    file(tar, "x/y", "y");
                }
            });
            assertRefused(archive, folder ? "both a file and a folder" : "cannot be used");
        }
    }

    @Test
    void devicesPipesAndDanglingHardLinksAreRefused() throws IOException {
        for (byte kind : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
            assertRefused(tar(tar -> special(tar, "x", kind, "")), "x in the archive is no file");
        }
        assertRefused(tar(tar -> special(tar, "x", TarConstants.LF_LINK, "/etc/passwd")), "does not come before it");
    }

    @Test
    void whatIsNoArchiveOrEndsEarlyIsRefused() throws IOException {
        byte[] archive = tar(tar -> {
            file(tar, "a", "a".repeat(2000));
            file(tar, "b", "b".repeat(2000));
        });
        byte[] zipped = zipped(archive);

        assertRefused(new byte[0], "archive");
        assertRefused(new byte[20_480], "holds no files");
        assertRefused("GIF89a and so on".repeat(100).getBytes(StandardCharsets.UTF_8), "no tar archive");
        for (int length : List.of(100, 512, 1000, 2560, 3072, 5119)) {
            assertRefused(Arrays.copyOf(archive, length), "archive");
        }
        for (int length : List.of(2, 10, zipped.length / 2, zipped.length - 4)) {
            assertRefused(Arrays.copyOf(zipped, length), "archive");
        }
        byte[] damaged = zipped.clone();
        damaged[damaged.length - 6] ^= 1;
        assertRefused(damaged, "archive");
    }

    @Test
    void whatIsTooLargeIsRefusedWithTheSetting() throws IOException {
        byte[] large = new byte[200 * 1024];
        assertRefused(tar(tar -> file(tar, "x", new byte[400 * 1024])), "TINYSERV_MAX_OBJECT");
        assertRefused(
                zipped(tar(tar -> {
                    for (int i = 0; i < 4; i++) {
                        file(tar, "x" + i, large);
                    }
                })),
                "TINYSERV_MAX_CHECKOUT");
        assertRefused(
                tar(tar -> {
                    for (int i = 0; i < 60; i++) {
                        file(tar, "x" + i, "x");
                    }
                }),
                "TINYSERV_MAX_FILES");
        byte[] endless = tar(tar -> file(tar, "x", "x"));
        InputStream zeros = new SequenceInputStream(
                new ByteArrayInputStream(Arrays.copyOf(endless, 1024)), new ByteArrayInputStream(new byte[3 << 20]));
        assertThatThrownBy(() -> deploy(zeros)).hasMessageContaining("TINYSERV_MAX_PACK");
        assertRefused(
                zipped(tar(tar -> {
                    file(tar, "x", "x");
                    file(tar, ".git/objects/large", new byte[2 << 20]);
                })),
                "TINYSERV_MAX_CHECKOUT");
    }

    /** The name of such a file would be kept in memory as a whole. */
    @Test
    void aNameThatIsMuchTooLongIsRefused() throws IOException {
        TarArchiveEntry name = new TarArchiveEntry("./@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(400 * 1024);
        assertRefused(
                tar(tar -> {
                    tar.putArchiveEntry(name);
                    tar.write("x".repeat(400 * 1024).getBytes(StandardCharsets.UTF_8));
                    tar.closeArchiveEntry();
                    file(tar, "x", "x");
                }),
                "too long");
    }
}
