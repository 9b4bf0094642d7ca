package dev.tinyserv.agent.git;

import static dev.tinyserv.agent.git.Server.APP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.store.DiskTrouble;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.source.AppSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What becomes of a pushed tree on disk, with the attacks that were made on others this way: links out of the tree
 * (CVE-2025-8110), and names that collide where case does not count, so that one entry is written through the other
 * (CVE-2023-4759, CVE-2021-21300).
 */
class TreeSourceTest {
    @TempDir
    Path folder;

    Server server;
    Git git;
    Path target;
    final List<String> lines = new ArrayList<>();

    @BeforeEach
    void serve() throws IOException {
        server = new Server(folder, Map.of("TINYSERV_MAX_FILES", "200", "TINYSERV_MAX_CHECKOUT", "20m"));
        git = Git.init(server, folder.resolve("work"));
        target = Files.createDirectory(folder.resolve("target"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private AppSource pushed() throws IOException {
        git.run("push", "-q", "--force", "origin", "HEAD:main").ok();
        return server.repositories.source(APP, git.head());
    }

    @Test
    void aTreeIsWrittenAsItIs() throws IOException {
        Files.writeString(git.folder.resolve("run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(git.folder.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(git.folder.resolve("deep/er"));
        Files.createSymbolicLink(git.folder.resolve("deep/er/link"), Path.of("../../run"));
        Files.createSymbolicLink(git.folder.resolve("nowhere"), Path.of("not-there"));
        Files.write(git.folder.resolve("large"), new byte[12 << 20]);
        Files.writeString(git.folder.resolve("empty"), "");
        git.commit("ümläut ☃.txt", "text");

        pushed().writeTo(target, lines::add);

        assertThat(mode("run")).isEqualTo("rwxr-xr-x");
        assertThat(mode("empty")).isEqualTo("rw-r--r--");
        assertThat(mode("deep")).isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(target.resolve("deep/er/link"))).isEqualTo(Path.of("../../run"));
        assertThat(target.resolve("nowhere")).isSymbolicLink();
        assertThat(target.resolve("ümläut ☃.txt")).hasContent("text");
        assertThat(target.resolve("large")).hasSize(12 << 20);
        assertThat(target.resolve(".git")).doesNotExist();
    }

    @Test
    void filesAreReadWithALimitAndLinksAreNotFollowed() throws IOException {
        Files.createSymbolicLink(git.folder.resolve("link"), Path.of("Procfile"));
        git.commit("dir/x", "1");
        git.commit("Procfile", "web: x");
        AppSource source = pushed();
        assertThat(source.read("Procfile", 6))
                .hasValueSatisfying(content -> assertThat(content).hasSize(6));
        assertThatThrownBy(() -> source.read("Procfile", 5))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Procfile has 6 bytes; at most 5");
        for (String none :
                new String[] {"link", "dir", "nothing", "", "/", "/Procfile", "dir/", "dir//x", "../x", "."}) {
            assertThat(source.read(none, 100)).as(none).isEmpty();
        }
        assertThat(source.exists("dir")).isTrue();
        assertThat(source.exists("dir/x")).isTrue();
        assertThat(source.exists("link")).isTrue();
        assertThat(source.exists("dir/y")).isFalse();
        assertThat(source.exists("/dir")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "link,/etc/passwd",
        "link,..",
        "link,../x",
        "a/link,../../x",
        "a/link,x/../../../y",
        "link,a/..",
        "link,a/../b",
        "a/b/link,../../../releases",
        "link,./../x",
        "link,.//../x"
    })
    void linksThatMayLeadOutAreRefused(String link, String leadsTo) throws IOException {
        Path path = git.folder.resolve(link);
        Files.createDirectories(path.getParent() == null ? git.folder : path.getParent());
        Files.createSymbolicLink(path, Path.of(leadsTo));
        git.run("add", "-A").ok();
        git.run("commit", "-q", "-m", "x").ok();
        AppSource source = pushed();
        assertThatThrownBy(() -> source.writeTo(target, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("the link " + link + " -> ");
        assertThat(target).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"link,x", "a/link,../x", "a/b/link,../../x/y", "a/link,..", "link,./x/", "link,...", "link,..x/y"})
    void linksThatStayInsideAreFine(String link, String leadsTo) {
        assertThatCode(() -> LinkTarget.check(link, leadsTo)).doesNotThrowAnyException();
    }

    @Test
    void aTreeOverALimitIsRefusedBeforeAByteIsWritten() throws IOException {
        for (int i = 0; i < 201; i++) {
            Files.writeString(git.folder.resolve("f" + i), "");
        }
        git.commit("f", "x");
        assertThatThrownBy(() -> pushed().writeTo(target, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("more than 200 files and folders")
                .hasMessageContaining("TINYSERV_MAX_FILES");

        git.run("rm", "-q", "-r", ".").ok();
        Files.createDirectories(git.folder);
        Files.write(git.folder.resolve("a"), new byte[11 << 20]);
        Files.write(git.folder.resolve("b"), new byte[11 << 20]);
        git.commit("c", "x");
        assertThatThrownBy(() -> pushed().writeTo(target, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("larger than 20m")
                .hasMessageContaining("TINYSERV_MAX_CHECKOUT");

        git.run("rm", "-q", "-r", ".").ok();
        git.commit("d/".repeat(101) + "file", "x");
        assertThatThrownBy(() -> pushed().writeTo(target, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("nested more than 100 deep");
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void aNameThatNoFileSystemTakesIsRefused() throws IOException {
        git.commit("file", "x");
        String blob = git.run("rev-parse", "HEAD:file").ok().output().strip();
        String longest = "ü".repeat(127) + "x";
        git.run("update-index", "--add", "--cacheinfo", "100644," + blob + ",deep/" + longest)
                .ok();
        git.run("commit", "-q", "-m", "the longest").ok();
        pushed().writeTo(target, lines::add);
        assertThat(target.resolve("deep").resolve(longest)).hasContent("x");

        Path other = Files.createDirectory(folder.resolve("other"));
        git.run("update-index", "--add", "--cacheinfo", "100644," + blob + ",deep/" + longest + "y")
                .ok();
        git.run("commit", "-q", "-m", "too long").ok();
        assertThatThrownBy(() -> pushed().writeTo(other, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("is longer than 255 bytes; shorten it");
        assertThat(other).isEmptyDirectory();
    }

    @Test
    void namesTheFoldersOfAFolderAndNothingElse() throws IOException {
        git.commit("apps/web/package.json", "{}");
        git.commit("apps/README", "x");
        Files.createSymbolicLink(folder.resolve("work/link"), Path.of("apps"));
        git.commit("deep/a/b/c", "x");
        AppSource source = pushed();
        assertThat(source.folders("")).containsExactly("apps", "deep");
        assertThat(source.folders("apps")).containsExactly("web");
        assertThat(source.folders("apps/README")).as("a file").isEmpty();
        assertThat(source.folders("link")).as("a link").isEmpty();
        assertThat(source.folders("none")).isEmpty();
    }

    @Test
    void aTreeThatGotInUncheckedIsStillNotWrittenOutsideOrTwice() throws IOException {
        git.commit("a", "1");
        pushed();
        for (String name : new String[] {".git", ".Git", "..", "."}) {
            AppSource source = unchecked(name);
            assertThatThrownBy(() -> source.writeTo(target, lines::add))
                    .as(name)
                    .isInstanceOf(Refusal.class);
        }
        AppSource twice = unchecked("x", "x");
        assertThatThrownBy(() -> twice.writeTo(target, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("stands twice");
    }

    @ParameterizedTest
    @CsvSource({
        "README,Readme",
        "Dir,dir/file",
        "a/b/Link,a/b/link/x",
        "a/B.txt,a/b.txt",
        "caf\u00e9,cafe\u0301",
        "\u00c9t\u00e9,e\u0301t\u00e9",
        "x,x\u200c",
        "x,\ufeffX",
        "\u03c3,\u03c2",
        "stra\u00dfe,STRASSE"
    })
    void namesThatSomeFileSystemTakesForOneAreRefused(String one, String other) throws IOException {
        commitEntries(one, other);
        AppSource source = pushed();
        assertThatThrownBy(() -> source.writeTo(target, lines::add))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("are one name on some file systems; rename one")
                .message()
                .matches("[ -~]+ and [ -~]+");
        assertThat(target).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"a/README,b/readme", "A/x,b/a", "a/b/c,b/A", "caf\u00e9,cafe", "x,x.X", "\u0131,j", "a.b/x,a/b"})
    void namesThatAreAlikeInDifferentFoldersAreFine(String one, String other) throws IOException {
        commitEntries(one, other);
        pushed().writeTo(target, lines::add);
        assertThat(target.resolve(one)).exists();
        assertThat(target.resolve(other)).exists();
    }

    /** Commits files past the work tree, whose file system may not hold them, and past git's own care for names. */
    private void commitEntries(String... paths) throws IOException {
        git.commit("first", "1");
        git.run("config", "core.precomposeUnicode", "false").ok();
        git.run("config", "core.ignoreCase", "false").ok();
        String blob = git.run("rev-parse", "HEAD:first").ok().output().strip();
        for (String path : paths) {
            git.run("update-index", "--add", "--cacheinfo", "100644," + blob + "," + path)
                    .ok();
        }
        git.run("commit", "-q", "-m", "x").ok();
    }

    @Test
    void aSubmoduleIsAnEmptyFolder() throws IOException {
        git.commit("a", "1");
        git.run("update-index", "--add", "--cacheinfo", "160000," + git.head() + ",sub")
                .ok();
        git.run("commit", "-q", "-m", "x").ok();
        String named = git.run("rev-parse", "HEAD:sub").ok().output().strip();
        assertThat(pushed().writeTo(target, lines::add)).isEqualTo(Map.of("sub", named));
        assertThat(target.resolve("sub")).isEmptyDirectory();
    }

    @Test
    void whatSlugignoreNamesIsLeftOut() throws IOException {
        git.commit("docs/a/b.md", "1");
        git.commit("docs/keep", "1");
        git.commit("src/main.c", "1");
        git.commit("src/notes.md", "1");
        git.commit("assets/x.psd", "1");
        git.commit(".slugignore", "# not needed to run\n*.psd\n/docs/\n*.md\n!src/notes.md\n");

        pushed().writeTo(target, lines::add);

        assertThat(target.resolve("docs")).doesNotExist();
        assertThat(target.resolve("src/main.c")).exists();
        assertThat(target.resolve("src/notes.md")).exists();
        assertThat(target.resolve("assets")).isEmptyDirectory();
        assertThat(lines).containsExactly("       .slugignore leaves out 2 files and folders");
    }

    @Test
    void aSlugignoreOfPowerShellIsReadOrNamed() throws IOException {
        git.commit("notes.psd", "1");
        git.commit("kept", "1");
        git.commit(".slugignore", "\uFEFF*.psd\r\n");
        pushed().writeTo(target, lines::add);
        assertThat(target.resolve("notes.psd")).doesNotExist();
        assertThat(target.resolve("kept")).exists();

        git.commit(".slugignore", "*\0.\0p\0s\0d\0\n\0");
        AppSource source = pushed();
        assertThatThrownBy(() -> source.writeTo(target, lines::add))
                .hasMessage(".slugignore is UTF-16; save it as UTF-8");
    }

    @Test
    void aSlugignoreThatLeavesOutEverythingOrIsHugeHarmsNobody() throws IOException {
        git.commit("a", "1");
        git.commit(".slugignore", "*\n**/a*b*c*/**\n");
        pushed().writeTo(target, lines::add);
        assertThat(target).isEmptyDirectory();

        for (List<String> bad : List.of(
                List.of("x\n".repeat(SlugIgnore.MAX_BYTES), ".slugignore has "),
                List.of("x\n".repeat(2000), ".slugignore has more than 1000 patterns"),
                List.of("*a*a*a*a*b\n", ".slugignore line 1 is longer than 1000 characters, or has more than three"),
                List.of("a".repeat(2000), ".slugignore line 1 is longer than 1000 characters"),
                List.of("x\n[[[[a\n", ".slugignore line 2: '[[[[a' is no pattern"))) {
            git.commit(".slugignore", bad.get(0));
            AppSource source = pushed();
            assertThatThrownBy(() -> source.writeTo(target, lines::add))
                    .isInstanceOf(Refusal.class)
                    .hasMessageStartingWith(bad.get(1));
        }
    }

    @Test
    void pointersOfGitLfsAreNamed() throws IOException {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 7\n";
        for (int i = 0; i < 7; i++) {
            git.commit("video" + i + ".mp4", pointer);
        }
        git.commit("about-lfs.txt", "see version https://git-lfs.github.com/spec/v1");

        pushed().writeTo(target, lines::add);

        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith(
                        " !     video0.mp4, video1.mp4, video2.mp4, video3.mp4, video4.mp4 and 2 more are what Git LFS put in place of the files")
                .doesNotContain("about-lfs");
    }

    @Test
    void aFullDiskIsNamed() throws IOException {
        assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full");
        // the words are the system's own
        assertThatThrownBy(() -> Files.writeString(Path.of("/dev/full"), "x"))
                .satisfies(failure -> assertThat(DiskTrouble.isFull(failure)).isTrue());
        assertThat(DiskTrouble.isFull(new IOException("Permission denied"))).isFalse();
    }

    @Test
    void aCommitThatIsNotThereIsNamed() {
        AppSource source = server.repositories.source(APP, "1".repeat(40));
        assertThatThrownBy(() -> source.exists("a")).isInstanceOf(Refusal.class).hasMessageContaining("1".repeat(40));
        assertThatThrownBy(() -> server.repositories.source(APP, "../../x")).isInstanceOf(Refusal.class);
    }

    /** A commit in the server's repository that passed no check. */
    private AppSource unchecked(String... names) throws IOException {
        try (Repository repository = new FileRepositoryBuilder()
                        .setGitDir(server.repository().toFile())
                        .build();
                var inserter = repository.newObjectInserter()) {
            ByteArrayOutputStream entries = new ByteArrayOutputStream();
            for (String name : names) {
                TreeFormatter empty = new TreeFormatter();
                ObjectId tree = inserter.insert(empty);
                entries.write((FileMode.TREE + " " + name + "\0").getBytes(StandardCharsets.UTF_8));
                tree.copyRawTo(entries);
            }
            ObjectId tree = inserter.insert(Constants.OBJ_TREE, entries.toByteArray());
            ObjectId commit = inserter.insert(
                    Constants.OBJ_COMMIT,
                    ("tree " + tree.name() + "\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n")
                            .getBytes(StandardCharsets.UTF_8));
            inserter.flush();
            return server.repositories.source(APP, commit.name());
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(target.resolve(path), LinkOption.NOFOLLOW_LINKS));
    }
}
