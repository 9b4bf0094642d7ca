package dev.tinyserv.buildpacks.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
    @TempDir
    Path folder;

    @Test
    void deletesLinksAndNotWhatTheyPointTo() throws Exception {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "x");
        Path tree = Files.createDirectories(folder.resolve("tree/a/b"));
        Files.createSymbolicLink(tree.resolve("folder"), outside);
        Files.createSymbolicLink(tree.resolve("file"), outside.resolve("precious"));
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("/nowhere"));
        FileTree.delete(folder.resolve("tree"));
        assertThat(folder.resolve("tree")).doesNotExist();
        assertThat(outside.resolve("precious")).exists();

        Path link = Files.createSymbolicLink(folder.resolve("link"), outside);
        FileTree.delete(link);
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(outside.resolve("precious")).exists();
    }

    @Test
    void deletesFoldersThatWereMadeUnwritable() throws Exception {
        for (String mode : new String[] {"r-xr-xr-x", "---------", "rw-------", "--x------"}) {
            Path inner = Files.createDirectories(folder.resolve("tree/inner"));
            Files.writeString(inner.resolve("file"), "x");
            Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString(mode));
            Files.setPosixFilePermissions(inner.getParent(), PosixFilePermissions.fromString(mode));
            FileTree.delete(folder.resolve("tree"));
            assertThat(folder.resolve("tree")).as(mode).doesNotExist();
        }
    }

    @Test
    void deletesNothingTwice() throws Exception {
        FileTree.delete(folder.resolve("gone"));
        Path deep = folder.resolve("deep");
        Path at = deep;
        for (int i = 0; i < 300; i++) {
            at = at.resolve("d");
        }
        Files.createDirectories(at);
        FileTree.delete(deep);
        assertThat(deep).doesNotExist();
    }

    @Test
    void findsLinksAtAnyDepthAndTakesWhatCannotBeReadForOne() throws Exception {
        Path tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("in/deep"));
        assertThat(FileTree.hasLinks(tree)).isFalse();
        assertThat(FileTree.hasLinks(folder.resolve("away"))).isFalse();
        Path link = Files.createSymbolicLink(tree.resolve("in/deep/link"), folder.resolve("away"));
        assertThat(FileTree.hasLinks(tree)).isTrue();
        assertThat(FileTree.hasLinks(link)).isTrue();
        Files.delete(link);
        Files.setPosixFilePermissions(tree.resolve("in"), Set.of());
        // root reads it all the same
        assertThat(FileTree.hasLinks(tree)).isEqualTo(!Files.isReadable(tree.resolve("in")));
        FileTree.delete(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    void nothingIsDeletedBehindALink() throws Exception {
        Path kept = Files.createDirectories(folder.resolve("others/a"));
        Files.createDirectory(folder.resolve("base"));
        Files.createSymbolicLink(folder.resolve("base/link"), folder.resolve("others"));

        FileTree.deleteBelow(folder.resolve("base"), folder.resolve("base/link/a"));
        assertThat(kept).exists();

        FileTree.deleteBelow(folder.resolve("base"), folder.resolve("base/link"));
        assertThat(kept).exists();
        assertThat(folder.resolve("base")).isEmptyDirectory();
    }
}
