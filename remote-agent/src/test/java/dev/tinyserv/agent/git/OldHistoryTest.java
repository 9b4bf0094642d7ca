package dev.tinyserv.agent.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What old programs wrote into histories that git hosts took: it passes, and nothing else does. */
@Tag("slow")
class OldHistoryTest {
    private static final String SOUND = "Ada <ada@example.org> 1700000000 +0000";

    @TempDir
    Path folder;

    Server server;
    Git git;

    @BeforeEach
    void serve() throws IOException {
        server = new Server(folder, Map.of());
        git = Git.init(server, folder.resolve("work"));
        git.commit("Procfile", "web: ./run");
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** In the order of the line: missingSpaceBeforeEmail, missingSpaceBeforeDate, badDate, badTimezone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada<ada@example.org> 1700000000 +0000",
                "Ada <ada@example.org>1700000000 +0000",
                "Ada <ada@example.org> yesterday +0000",
                "Ada <ada@example.org> 1700000000",
                "Ada <ada@example.org> ",
                "Ada <ada@example.org> 1700000000 --700",
                "Ada <ada@example.org> 1700000000 +0000 (UTC)",
                "Ada <ada@example.org> 1700000000 UTC",
            })
    void aPersonWhoseDateIsOldPassesAnywhereInTheHistory(String person) throws Exception {
        String author = commit(person, SOUND, git.head());
        String committer = commit(SOUND, person, author);
        String both = commit(person, person, committer);
        String tip = commit(SOUND, SOUND, both);
        String tag = tag(both, person);

        git.run("push", "origin", tip + ":refs/heads/main", tag + ":refs/tags/old")
                .ok();

        assertThat(server.submissions.commits()).containsExactly(tip);
        assertThat(server.repositories.source(Server.APP, tip).exists("Procfile"))
                .isTrue();
        Git copy = Git.clone(server, folder.resolve("copy"));
        assertThat(copy.run("log", "--format=%H").ok().output()).contains(tip, both, committer, author);
        assertThat(copy.commit("a", "1")).isNotEmpty();
        copy.run("push", "origin", "main").ok();
    }

    /** In the order of the line: missingNameBeforeEmail, badEmail, badDateOverflow, zeroPaddedDate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<ada@example.org> 1700000000 +0000",
                "Ada <ada<example.org> 1700000000 +0000",
                "Ada <ada@example.org> 18446744073709551616 +0000",
                "Ada <ada@example.org> 0123 +0000",
            })
    void whatTheReadmeNamesBesidesPassesAsWell(String person) throws Exception {
        String tip = commit(SOUND, SOUND, commit(person, SOUND, git.head()));
        git.run("push", "origin", tip + ":refs/heads/main").ok();
        assertThat(server.submissions.commits()).containsExactly(tip);
    }

    @Test
    void aNulInAMessagePassesAndTwoAuthorsDoNot() throws Exception {
        String tree = git.run("rev-parse", "HEAD^{tree}").ok().output().strip();
        String people = "\nauthor " + SOUND + "\ncommitter " + SOUND + "\n\n";
        String nul = insert(Constants.OBJ_COMMIT, "tree " + tree + people + "a\0b\n");
        git.run("push", "origin", nul + ":refs/heads/main").ok();
        String two = insert(Constants.OBJ_COMMIT, "tree " + tree + "\nauthor " + SOUND + people + "x\n");
        assertThat(git.run("push", "-f", "origin", two + ":refs/heads/main")
                        .failed()
                        .output())
                .contains("refused by git's checks", "missingCommitter");
    }

    @Test
    void aPersonWhoseDateIsOldPassesInTheCommitThatIsDeployed() throws Exception {
        String tip = commit("Ada <ada@example.org> x --700", "Ada <ada@example.org>1700000000 --700", git.head());

        git.run("push", "origin", tip + ":refs/heads/main").ok();

        assertThat(server.submissions.commits()).containsExactly(tip);
    }

    @Test
    void zeroPaddedModesPassAndTheFilesAreWritten() throws Exception {
        ObjectId blob = blob();
        ObjectId inner = tree(entry("0100644", "file", blob));
        ObjectId outer = tree(entry("040000", "folder", inner), entry("0100755", "run", blob));
        String old = commitOf(outer, SOUND, SOUND, "");

        git.run("push", "origin", old + ":refs/heads/main").ok();

        Path target = java.nio.file.Files.createDirectory(folder.resolve("target"));
        server.repositories.source(Server.APP, old).writeTo(target, line -> {});
        assertThat(target.resolve("folder/file")).hasContent("x");
        assertThat(target.resolve("run")).hasContent("x").isExecutable();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada ada@example.org 1700000000 +0000",
                "Ada",
                "Ada <ada@example.org 1700000000 +0000",
                "Ada <ada@example.org",
            })
    void anAddressThatIsNoneIsRefusedAndTheWayOutNamed(String person) throws Exception {
        String bad = commit(person, SOUND, git.head());
        String tip = commit(SOUND, SOUND, bad);

        refused(tip);
    }

    @Test
    void treesThatGitHoldsForDamagedAreRefusedAndTheWayOutNamed() throws Exception {
        ObjectId blob = blob();
        refused(commitOf(tree(entry("100644", "b", blob), entry("100644", "a", blob)), SOUND, SOUND, ""));
        refused(commitOf(tree(entry("0100644", "b", blob), entry("0100644", "a", blob)), SOUND, SOUND, ""));
        refused(commitOf(tree(entry("0100644", "a", blob), entry("0100644", "a", blob)), SOUND, SOUND, ""));
        refused(commitOf(tree(entry("0100644", ".git", blob)), SOUND, SOUND, ""));
        refused(commitOf(tree(entry("170000", "a", blob)), SOUND, SOUND, ""));
    }

    @Test
    void aCommitWithoutAuthorOrCommitterIsRefused() throws Exception {
        String tree = git.run("rev-parse", "HEAD^{tree}").ok().output().strip();
        refused(insert(Constants.OBJ_COMMIT, "tree " + tree + "\ncommitter " + SOUND + "\n\nx\n"));
        refused(insert(Constants.OBJ_COMMIT, "tree " + tree + "\nauthor " + SOUND + "\n\nx\n"));
        refused(insert(Constants.OBJ_COMMIT, "tree " + tree + "\nauthor " + SOUND));
    }

    @Test
    void aRepositoryWithSha256IsToldSoByGitItself() throws Exception {
        Path modern = folder.resolve("modern");
        git.run("init", "-q", "-b", "main", "--object-format=sha256", modern.toString())
                .ok();
        String url = "ssh://tinyserv/myapp";
        git.run("-C", modern.toString(), "commit", "-q", "--allow-empty", "-m", "First")
                .ok();

        for (boolean empty : new boolean[] {true, false}) {
            if (!empty) {
                git.run("push", "origin", "main").ok();
            }
            assertThat(git.run("-C", modern.toString(), "push", url, "HEAD:refs/heads/main")
                            .failed()
                            .output())
                    .as("an empty app: " + empty)
                    .contains("the receiving end does not support this repository's hash algorithm");
        }
        for (int version = 0; version <= 2; version++) {
            assertThat(git.run("-C", modern.toString(), "-c", "protocol.version=" + version, "fetch", url, "main")
                            .failed()
                            .output())
                    .as("version " + version)
                    .containsPattern("algorithm|object format");
        }
        assertThat(server.submissions.commits()).containsExactly(git.head());
    }

    private void refused(String commit) throws IOException {
        assertThat(git.run("push", "origin", commit + ":refs/heads/main")
                        .failed()
                        .output())
                .contains("refused by git's checks")
                .contains("`tinyserv deploy` sends the files without their history");
        assertThat(server.submissions.commits()).isEmpty();
    }

    private String commit(String author, String committer, String parent) throws IOException {
        String tree = git.run("rev-parse", "HEAD^{tree}").ok().output().strip();
        return commitOf(ObjectId.fromString(tree), author, committer, parent);
    }

    private String commitOf(ObjectId tree, String author, String committer, String parent) throws IOException {
        return insert(
                Constants.OBJ_COMMIT,
                "tree " + tree.name() + "\n" + (parent.isEmpty() ? "" : "parent " + parent + "\n") + "author " + author
                        + "\ncommitter " + committer + "\n\nx\n");
    }

    private String tag(String commit, String tagger) throws IOException {
        return insert(Constants.OBJ_TAG, "object " + commit + "\ntype commit\ntag old\ntagger " + tagger + "\n\nOld\n");
    }

    private String insert(int type, String text) throws IOException {
        return git.insert(inserter -> inserter.insert(type, text.getBytes(StandardCharsets.UTF_8)))
                .name();
    }

    private ObjectId blob() throws IOException {
        return git.insert(inserter -> inserter.insert(Constants.OBJ_BLOB, new byte[] {'x'}));
    }

    private ObjectId tree(byte[]... entries) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            all.write(entry);
        }
        return git.insert(inserter -> inserter.insert(Constants.OBJ_TREE, all.toByteArray()));
    }

    private static byte[] entry(String mode, String name, ObjectId id) throws IOException {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.write((mode + " " + name + "\0").getBytes(StandardCharsets.UTF_8));
        id.copyRawTo(entry);
        return entry.toByteArray();
    }
}
