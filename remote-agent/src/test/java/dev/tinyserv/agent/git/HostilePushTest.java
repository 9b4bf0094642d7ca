package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.PushTest.await;
import static dev.tinyserv.agent.git.Server.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pushes that mean no good: options for other programs (CVE-2026-3854), trees with names of git's own (CVE-2025-8110,
 * CVE-2023-4759), submodules that run something (CVE-2018-11235, CVE-2024-32002, CVE-2025-48384), and bombs.
 */
class HostilePushTest {
    private static final String NOBODY = "0".repeat(40);

    @TempDir
    Path folder;

    Server server;
    Git git;

    @BeforeEach
    void serve() throws IOException {
        server = new Server(
                folder, Map.of("TINYSERV_MAX_PACK", "4m", "TINYSERV_MAX_OBJECT", "2m", "TINYSERV_MAX_REFS", "20"));
        git = Git.init(server, folder.resolve("work"));
    }

    @AfterEach
    void stop() throws Exception {
        // what was refused may still wait for its collection
        await(() -> git.run("-C", server.repository().toString(), "fsck", "--strict")
                        .exit()
                == 0);
        server.close();
    }

    @Test
    void hundredsOfHostileRefNamesChangeNothing() throws Exception {
        String commit = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        List<Path> before = files(server.root);
        String refs = git.run("ls-remote", "origin").output();
        List<String> bad = List.of(
                "",
                ".",
                "..",
                "../x",
                "a/../../x",
                "/etc/passwd",
                "a//b",
                "a/",
                ".a",
                "a.",
                "a.lock",
                "a.lock/b",
                "a..b",
                "a b",
                "a~b",
                "a^b",
                "a:b",
                "a?b",
                "a*b",
                "a[b",
                "a\\b",
                "a@{b",
                "a\u0001b",
                "a\u007fb",
                "a\tb",
                "a\u001b]52;c;x\u0007",
                "a\u009bb",
                "a\u202eb",
                "-h",
                "--exec=x",
                "x/-h",
                "a\rb",
                "x".repeat(201),
                "x/".repeat(120) + "x");
        List<String> names = new ArrayList<>(List.of(
                "HEAD",
                "refs",
                "refs/",
                "refs/heads",
                "config",
                "../config",
                "objects/x",
                "hooks/pre-receive",
                "refs/notes/x",
                "refs/changes/01/1",
                "refs/remotes/origin/x",
                "refs/stash",
                "refs/replace/" + commit,
                "refs/heads/main/x",
                "refs/headsx/y"));
        for (String prefix : List.of("refs/heads/", "refs/tags/", "refs/", "")) {
            bad.forEach(name -> names.add(prefix + name));
        }
        assertThat(names).hasSizeGreaterThan(100);
        for (String name : names) {
            String answer = rawPush(List.of(NOBODY + " " + commit + " " + name));
            assertThat(answer).as(name).doesNotContain("ok " + name + "\n");
        }
        assertThat(git.run("ls-remote", "origin").output()).isEqualTo(refs);
        await(() -> files(server.root).equals(before));
        assertThat(server.submissions.commits()).hasSize(1);
    }

    @Test
    void tooManyRefsAndCommandsAreRefusedInWords() throws Exception {
        String commit = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            commands.add(NOBODY + " " + commit + " refs/tags/t" + i);
        }
        assertThat(rawPush(commands)).contains("a push may change 1000 branches and tags, not 2000");
        assertThat(rawPush(commands.subList(0, 500)))
                .contains("the app has 20 branches and tags, the most allowed")
                .contains("TINYSERV_MAX_REFS");
        assertThat(git.run("ls-remote", "origin", "refs/tags/*").output().lines())
                .hasSize(19);
    }

    /** CVE-2026-3854: a separator in a push option. Options are taken, shown escaped, and used for nothing. */
    @Test
    void pushOptionsAreTakenAndIgnoredWithALine() throws Exception {
        git.commit("a", "1");
        assertThat(git.run("push", "-o", "ci.skip", "-o", "x;y=z\u0001", "origin", "main")
                        .ok()
                        .output())
                .contains("remote: Push options are ignored: ci.skip, x;y=z\\x01");
        String first = git.head();
        String commit = git.commit("a", "2");
        int number = 0;
        for (String option : List.of("a;b=c", "a\nb", "a\0b", "--exec=id", "$(id)", "\u001b]52;c;x\u0007")) {
            String tag = "refs/tags/t" + number++;
            String answer =
                    rawPush(List.of(NOBODY + " " + first + " " + tag), "\0report-status push-options", List.of(option));
            assertThat(answer).as(option).contains("ok " + tag).doesNotContain("\u001b", "\u0007");
        }
        assertThat(server.submissions.commits()).containsExactly(first);
        assertThat(git.run("push", "-o", "o".repeat(50_000), "origin", "main")
                        .ok()
                        .output())
                .contains("Push options are ignored: oooo")
                .hasSizeLessThan(2_000);
        assertThat(server.submissions.commits()).containsExactly(first, commit);
    }

    @Test
    void moreOptionsThanCommandsMayTakeAreRefused() throws Exception {
        String commit = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        List<String> options = java.util.Collections.nCopies(100, "o".repeat(60_000));
        assertThat(rawPush(List.of(NOBODY + " " + commit + " refs/tags/many"), "\0report-status push-options", options))
                .doesNotContain("ok refs/tags/many");
        assertThat(git.run("ls-remote", "origin").output()).doesNotContain("many");
    }

    @Test
    void garbageInsteadOfGitEndsTheSession() throws Exception {
        for (String garbage :
                List.of("", "zzzz", "0000", "0004", "ffff", "GET / HTTP/1.1\r\n\r\n", "0010shallow x\n0000")) {
            rawSend(garbage.getBytes(StandardCharsets.UTF_8));
        }
        byte[] noise = new byte[100_000];
        new Random(7).nextBytes(noise);
        rawSend(noise);
        assertThat(server.repositories.tip(APP)).isEmpty();
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
    }

    @Test
    void treesWithForbiddenNamesAreRefused() throws Exception {
        for (String name : List.of(".git", ".GIT", ".giT", "git~1", "GIT~1", ".git.", ".git ", "..", ".", "a/b")) {
            refusedTree(tree(entry(name)), "refused by git's checks");
        }
        refusedTree(tree(entry("a"), entry("a")), "refused by git's checks");
        refusedTree(tree(entry("b"), entry("a")), "refused by git's checks");
    }

    @Test
    void maliciousSubmodulesAreRefused() throws Exception {
        for (String modules : List.of(
                "[submodule \"../../hooks\"]\n\tpath = x\n\turl = https://example.org/x\n",
                "[submodule \"x\"]\n\tpath = x\n\turl = -u./payload\n",
                "[submodule \"x\"]\n\tpath = -x\n\turl = https://example.org/x\n")) {
            ObjectId blob = git.insert(
                    inserter -> inserter.insert(Constants.OBJ_BLOB, modules.getBytes(StandardCharsets.UTF_8)));
            TreeFormatter tree = new TreeFormatter();
            tree.append(".gitmodules", FileMode.REGULAR_FILE, blob);
            refusedTree(git.insert(inserter -> inserter.insert(tree)), ".gitmodules is refused");
        }
    }

    @Test
    void aBranchMustNameACommit() throws Exception {
        git.commit("a", "1");
        String blob = git.run("rev-parse", "HEAD:a").ok().output().strip();
        git.run("push", "origin", "HEAD:refs/heads/other").ok();
        assertThat(rawPush(List.of(NOBODY + " " + blob + " refs/heads/main"))).contains("a branch names a commit");
        assertThat(rawPush(List.of(NOBODY + " " + "1".repeat(40) + " refs/heads/main")))
                .doesNotContain("ok refs/heads/main");
        assertThat(server.submissions.commits()).isEmpty();
    }

    @Test
    void packsAndObjectsOverTheLimitAreRefusedAndLeaveNothing() throws Exception {
        git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        long before = size(server.repository().resolve("objects"));
        Files.write(git.folder.resolve("zeros"), new byte[3 << 20]);
        git.commit("b", "2");
        assertThat(git.run("push", "origin", "main").failed().output())
                .contains("a file in the push is larger than 2m")
                .contains("TINYSERV_MAX_OBJECT");
        git.run("reset", "-q", "--hard", "HEAD^").ok();
        byte[] noise = new byte[1 << 20];
        for (int i = 0; i < 12; i++) {
            new Random(i).nextBytes(noise);
            Files.write(git.folder.resolve("noise" + i), noise);
        }
        git.commit("b", "3");
        assertThat(git.run("push", "origin", "main").failed().output())
                .contains("the push is larger than 4m")
                .contains("TINYSERV_MAX_PACK");
        await(() -> size(server.repository().resolve("objects")) <= before + 4096);
    }

    @Test
    void whatARejectedPushBroughtIsCollectedAndTheRestStays() throws Exception {
        String first = git.commit("a", "1");
        git.run("push", "origin", "main").ok();
        byte[] noise = new byte[1 << 20];
        new Random(1).nextBytes(noise);
        Files.write(git.folder.resolve("noise"), noise);
        git.commit("b", "2");
        Path objects = server.repository().resolve("objects");
        server.submissions.pipeline = submission -> {
            assertThat(size(objects)).isGreaterThan(1 << 20);
            throw new Refusal("no");
        };
        git.run("push", "origin", "main").failed();
        await(() -> size(objects) < 1 << 20);
        assertThat(server.repositories.source(APP, first).exists("a")).isTrue();
        server.submissions.pipeline = submission -> {};
        git.run("push", "origin", "main").ok();
        assertThat(Git.clone(server, folder.resolve("copy")).folder.resolve("noise"))
                .exists();
    }

    @Test
    void aTreeBombIsRefusedQuickly() throws Exception {
        ObjectId level = git.insert(inserter -> inserter.insert(Constants.OBJ_BLOB, new byte[0]));
        FileMode mode = FileMode.REGULAR_FILE;
        for (int depth = 0; depth < 10; depth++) {
            TreeFormatter tree = new TreeFormatter();
            for (int i = 0; i < 10; i++) {
                tree.append("d" + i, mode, level);
            }
            level = git.insert(inserter -> inserter.insert(tree));
            mode = FileMode.TREE;
        }
        String commit = git.commitTree(level);
        Path target = Files.createDirectory(folder.resolve("target"));
        server.submissions.pipeline = submission -> submission.source().writeTo(target, line -> {});
        assertThat(git.run("push", "origin", commit + ":refs/heads/main")
                        .failed()
                        .output())
                .contains("more than 100000 files and folders")
                .contains("TINYSERV_MAX_FILES");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void thousandsOfDeltasOnOneAnotherAreTaken() throws Exception {
        Path list = git.folder.resolve("list");
        StringBuilder content = new StringBuilder();
        git.commit("list", "");
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            content.append("line ").append(i % 50).append('\n');
            if (content.length() > 2000) {
                content.delete(0, 500);
            }
            String text = content.toString() + i;
            stream.append("commit refs/heads/main\ncommitter A <a@b> ")
                    .append(1_700_000_000 + i)
                    .append(" +0000\n");
            stream.append("data 1\nx\n").append(i == 0 ? "from refs/heads/main^0\n" : "");
            stream.append("M 644 inline list\ndata ")
                    .append(text.length())
                    .append('\n')
                    .append(text)
                    .append("\n\n");
        }
        Process imported = git.start("fast-import", "--quiet", "--force");
        try (OutputStream in = imported.getOutputStream()) {
            in.write(stream.toString().getBytes(StandardCharsets.UTF_8));
        }
        assertThat(imported.waitFor()).isZero();
        git.run("repack", "-adfq", "--depth=4000", "--window=10").ok();
        git.run("push", "origin", "main").ok();
        assertThat(list).exists();
    }

    private void refusedTree(ObjectId tree, String words) throws IOException {
        // a parent-less commit written by hand: git itself would not make one of some of these trees
        String text =
                "tree " + tree.name() + "\nauthor A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n\nx\n";
        String commit = git.insert(
                        inserter -> inserter.insert(Constants.OBJ_COMMIT, text.getBytes(StandardCharsets.UTF_8)))
                .name();
        assertThat(git.run("push", "origin", commit + ":refs/heads/main")
                        .failed()
                        .output())
                .contains(words);
        assertThat(server.submissions.commits()).isEmpty();
    }

    private ObjectId tree(byte[]... entries) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            all.write(entry);
        }
        return git.insert(inserter -> inserter.insert(Constants.OBJ_TREE, all.toByteArray()));
    }

    private byte[] entry(String name) throws IOException {
        ObjectId blob = git.insert(inserter -> inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'}));
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.write(("100644 " + name + "\0").getBytes(StandardCharsets.UTF_8));
        blob.copyRawTo(entry);
        return entry.toByteArray();
    }

    /** A push as no git client would make it: the commands as they are, and a pack without objects. */
    private String rawPush(List<String> commands) throws IOException, NoSuchAlgorithmException {
        return rawPush(commands, "\0report-status", List.of());
    }

    private String rawPush(List<String> commands, String capabilities, List<String> options)
            throws IOException, NoSuchAlgorithmException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        List<String> lines = new ArrayList<>(commands);
        lines.set(0, lines.get(0) + capabilities);
        writeLines(request, lines);
        if (!options.isEmpty()) {
            writeLines(request, options);
        }
        byte[] pack = {'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 0};
        request.write(pack);
        request.write(MessageDigest.getInstance("SHA-1").digest(pack));
        return rawSend(request.toByteArray());
    }

    private static void writeLines(ByteArrayOutputStream request, List<String> lines) throws IOException {
        for (String text : lines) {
            byte[] line = text.getBytes(StandardCharsets.UTF_8);
            request.write(String.format("%04x", line.length + 4).getBytes(StandardCharsets.US_ASCII));
            request.write(line);
        }
        request.write("0000".getBytes(StandardCharsets.US_ASCII));
    }

    private String rawSend(byte[] request) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        server.services
                .pushes()
                .serve(new GitSession(
                        APP,
                        Server.ADA,
                        "localhost",
                        new ByteArrayInputStream(request),
                        answer,
                        answer,
                        new Cancellation(),
                        ""));
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** All files but those that collecting garbage rewrites. */
    private static List<Path> files(Path root) throws IOException {
        Pattern rewritten = Pattern.compile(".*/(objects/.*|packed-refs.*|refs/heads/main.*|gc\\..*|\\.probe-.*)");
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(path -> !rewritten.matcher(path.toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    static long size(Path root) throws IOException {
        long size = 0;
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                try {
                    size += Files.isRegularFile(path) ? Files.size(path) : 0;
                } catch (java.nio.file.NoSuchFileException e) {
                    // collected meanwhile
                }
            }
        } catch (java.io.UncheckedIOException e) {
            return Long.MAX_VALUE;
        }
        return size;
    }
}
