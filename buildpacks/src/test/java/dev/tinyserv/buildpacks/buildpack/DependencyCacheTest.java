package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.runtime.Runtimes;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DependencyCacheTest {
    private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private Path libs;
    private Build build;
    private DependencyCache cache;

    @BeforeEach
    void aBuild() throws IOException {
        for (String name : List.of("app", "cache", "temp")) {
            Files.createDirectory(folder.resolve(name));
        }
        libs = folder.resolve("app/libs");
        build = TestBuild.in(folder, PATH, new Runtimes(PATH), lines::add);
        cache = new DependencyCache(build, "libs", "libs");
        makeDependencies();
    }

    private void makeDependencies() throws IOException {
        Files.createDirectories(libs.resolve("a/b"));
        Files.createDirectory(libs.resolve("empty"));
        Files.writeString(libs.resolve("a/code"), "code");
        Files.writeString(libs.resolve("a/b/program"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(libs.resolve("a/b/program"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(libs.resolve("link"), Path.of("a/code"));
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private void assertAllIsThere() throws IOException {
        assertThat(libs.resolve("a/code")).hasContent("code");
        assertThat(libs.resolve("a/b/program")).hasContent("#!/bin/sh").isExecutable();
        assertThat(libs.resolve("empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(libs.resolve("link"))).isEqualTo(Path.of("a/code"));
    }

    @Test
    void nothingIsReadOrDeletedWhereALinkThatABuildMadeLeads() throws IOException {
        cache.saveLinked("key");
        Path others = Files.move(folder.resolve("cache/libs"), folder.resolve("others"));
        Files.createSymbolicLink(folder.resolve("cache/libs"), others);

        assertThat(cache.link("key")).isFalse();

        assertThat(others.resolve("kept-key/files/libs/a/code")).exists();
        Files.deleteIfExists(folder.resolve("cache/libs"));
        Files.createSymbolicLink(folder.resolve("cache/libs"), others);
        cache.saveLinked("other");
        assertThat(others.resolve("kept-key/files/libs/a/code")).exists();
        assertThat(Files.isSymbolicLink(folder.resolve("cache/libs"))).isFalse();
        Files.move(others.resolve("kept-key"), folder.resolve("sealed"));
        Files.createSymbolicLink(folder.resolve("cache/libs/kept-key"), folder.resolve("sealed"));
        assertThat(cache.link("key")).isFalse();
    }

    @Test
    void aBuildThatIsCancelledWhileItKeepsLeavesNothingUnfinished() throws IOException {
        build.cancellation().cancel("by a test");

        assertThatThrownBy(() -> cache.save("key")).isInstanceOf(Refusal.class).hasMessageContaining("by a test");

        assertThat(folder.resolve("cache/libs")).isEmptyDirectory();
    }

    @Test
    void whatIsOnlyUsedIsLinkedAndCannotBeWritten() throws IOException {
        cache.saveLinked("key");
        Object inode = inode(libs.resolve("a/code"));
        FileTree.delete(libs);

        assertThat(cache.link("other")).isFalse();
        assertThat(cache.link("key")).isTrue();

        assertAllIsThere();
        assertThat(inode(libs.resolve("a/code"))).isEqualTo(inode);
        assertThat(permissions(libs.resolve("a/code"))).isEqualTo("r--r--r--");
        assertThat(permissions(libs.resolve("a/b/program"))).isEqualTo("r-xr-xr-x");
        assertThat(lines).isEmpty();
    }

    @Test
    void whatMayBeChangedIsCopiedAndLinkedInTheEndWhereItWasNot() throws IOException {
        cache.save("key");
        assertThat(permissions(libs.resolve("a/code")))
                .as("still the build's own")
                .isEqualTo("rw-r--r--");
        FileTree.delete(libs);

        assertThat(cache.restore("key")).isTrue();
        assertAllIsThere();
        assertThat(permissions(libs.resolve("a/code"))).isEqualTo("rw-r--r--");
        assertThat(inode(libs.resolve("a/code")))
                .isNotEqualTo(inode(folder.resolve("cache/libs/kept-key/files/libs/a/code")));
        Files.writeString(libs.resolve("a/b/program"), "#!/bin/bash\n");
        Files.writeString(libs.resolve("new"), "new");
        cache.share("key");
        cache.share("key");

        Path kept = folder.resolve("cache/libs/kept-key/files/libs");
        assertThat(inode(libs.resolve("a/code"))).isEqualTo(inode(kept.resolve("a/code")));
        assertThat(libs.resolve("a/b/program")).hasContent("#!/bin/bash");
        assertThat(kept.resolve("a/b/program")).hasContent("#!/bin/sh");
        assertThat(permissions(libs.resolve("a/b/program"))).isEqualTo("rwxr-xr-x");
        assertThat(libs.resolve("new")).hasContent("new");
        try (var all = Files.walk(libs)) {
            assertThat(all.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains("tinyserv"));
        }
        FileTree.delete(libs);
        assertThat(cache.link("key")).as("it is as it was").isTrue();
    }

    @Test
    void whatWasChangedSinceIsNotUsedAgain() throws IOException {
        for (String damage : List.of("content", "name", "link")) {
            cache.saveLinked("key");
            Path kept = folder.resolve("cache/libs/kept-key/files/libs");
            switch (damage) {
                case "content" -> {
                    Files.setPosixFilePermissions(kept.resolve("a/code"), PosixFilePermissions.fromString("rw-r--r--"));
                    Files.writeString(kept.resolve("a/code"), "evil");
                }
                case "name" -> Files.move(kept.resolve("a/code"), kept.resolve("a/other"));
                default -> {
                    Files.delete(kept.resolve("link"));
                    Files.createSymbolicLink(kept.resolve("link"), Path.of("/etc/passwd"));
                }
            }
            FileTree.delete(libs);
            lines.clear();

            assertThat(cache.link("key")).as(damage).isFalse();
            assertThat(cache.restore("key")).as(damage).isFalse();

            assertThat(libs).doesNotExist();
            assertThat(lines)
                    .allMatch(line -> line.contains("libs of the last build was changed since"))
                    .hasSize(2);
            makeDependencies();
        }
    }

    @Test
    void aFolderThatBecameALinkIsNotFollowed() throws IOException {
        cache.save("key");
        Path outside = Files.createDirectory(folder.resolve("outside"));
        FileTime time = Files.getLastModifiedTime(libs.resolve("a/code"));
        Files.writeString(outside.resolve("code"), "code");
        Files.setLastModifiedTime(outside.resolve("code"), time);
        Object inode = inode(outside.resolve("code"));
        FileTree.delete(libs.resolve("a"));
        Files.createSymbolicLink(libs.resolve("a"), outside);

        cache.share("key");

        assertThat(inode(outside.resolve("code"))).isEqualTo(inode);
    }

    @Test
    void whatLiesInSeveralPlacesIsKeptWhereItIsThere() throws IOException {
        Path app = build.folder();
        Files.createDirectories(app.resolve("deep/er"));
        Files.writeString(app.resolve("deep/er/file"), "deep");
        Files.writeString(app.resolve("alone"), "alone");
        DependencyCache several = new DependencyCache(build, "several", List.of("libs", "deep/er", "alone", "missing"));
        several.saveLinked("key");
        FileTree.delete(libs);
        FileTree.delete(app.resolve("deep"));
        Files.delete(app.resolve("alone"));

        assertThat(several.link("key")).isTrue();

        assertAllIsThere();
        assertThat(app.resolve("deep/er/file")).hasContent("deep");
        assertThat(app.resolve("alone")).hasContent("alone");
        assertThat(app.resolve("missing")).doesNotExist();
        assertThat(lines).isEmpty();
    }

    @Test
    void nothingIsKeptOrMadeBehindALink() throws IOException {
        Path outside = folder.resolve("outside");
        Files.createDirectories(outside.resolve("er"));
        Files.writeString(outside.resolve("er/file"), "of another");
        Files.createSymbolicLink(build.folder().resolve("deep"), outside);
        DependencyCache behind = new DependencyCache(build, "behind", List.of("libs", "deep/er"));

        behind.saveLinked("key");
        assertThat(folder.resolve("cache/behind/kept-key/files/deep")).doesNotExist();
        assertThat(permissions(outside.resolve("er/file"))).isEqualTo("rw-r--r--");

        Files.delete(build.folder().resolve("deep"));
        Files.createDirectories(build.folder().resolve("deep/er"));
        Files.writeString(build.folder().resolve("deep/er/file"), "ours");
        behind.saveLinked("key");
        FileTree.delete(libs);
        FileTree.delete(build.folder().resolve("deep"));
        Files.createSymbolicLink(build.folder().resolve("deep"), outside);

        assertThat(behind.link("key")).isFalse();
        assertThat(outside.resolve("er/file")).hasContent("of another");
        assertThat(libs).doesNotExist();
        assertThat(lines).singleElement().asString().contains("the folder of deep/er is a link");
    }

    @Test
    void halfOfItIsNothing() throws IOException {
        Files.createDirectories(folder.resolve("cache/libs/kept-key/files/libs"));
        Files.createDirectories(folder.resolve("cache/libs/.new/files/x"));

        assertThat(cache.link("key")).isFalse();
        cache.saveLinked("key");
        FileTree.delete(libs);
        assertThat(cache.link("key")).isTrue();
        assertAllIsThere();
    }

    @Test
    void aBuildThatIsCancelledGoesNoFurther() throws IOException {
        cache.save("key");
        FileTree.delete(libs);
        build.cancellation().cancel("the pusher left");

        assertThatThrownBy(() -> cache.link("key")).isInstanceOf(Refusal.class);
    }

    @Test
    void noFileIsLinkedThatALinkInTheCacheLeadsTo() throws IOException {
        Path gems = Files.createDirectories(build.folder().resolve("deep/er"));
        Path own = Files.writeString(gems.resolve("code"), "code");
        DependencyCache deep = new DependencyCache(build, "deep", "deep/er");
        deep.save("key");
        Path files = folder.resolve("cache/deep/kept-key/files");
        Path others = Files.move(files.resolve("deep"), folder.resolve("others"));
        Files.createSymbolicLink(files.resolve("deep"), others);
        Files.setLastModifiedTime(own, Files.getLastModifiedTime(others.resolve("er/code")));

        deep.share("key");

        assertThat(inode(own)).isNotEqualTo(inode(others.resolve("er/code")));
    }

    @Test
    void aSealThatIsTooLongIsNone() throws IOException {
        cache.save("key");
        Path seal = folder.resolve("cache/libs/kept-key/seal");
        try (FileChannel file = FileChannel.open(seal, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), 1L << 40);
        }

        assertThat(cache.link("key")).isFalse();

        assertThat(lines).isEmpty();
    }
}
