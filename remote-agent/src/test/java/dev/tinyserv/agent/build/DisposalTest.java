package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisposalTest {
    private final Disposal disposal = new Disposal();

    @TempDir
    private Path root;

    @Test
    void deletesWithAllThatIsInIt() throws IOException {
        Path tree = root.resolve("a");
        Files.createDirectories(tree.resolve("b"));
        disposal.delete(tree);
        assertThat(tree).doesNotExist();
    }

    /** As root a mode holds nothing back; then the tree goes at once, and a retry must leave a later one alone. */
    @Test
    void whatCouldNotBeDeletedIsTriedAgainOnce() throws IOException {
        Path parent = root.resolve("parent");
        Path tree = Files.createDirectories(parent.resolve("tree"));
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(parent);
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-x------"));
        disposal.delete(tree);
        Files.setPosixFilePermissions(parent, before);

        disposal.retry();
        assertThat(tree).doesNotExist();

        Files.createDirectory(tree);
        disposal.retry();
        assertThat(tree).as("another one's, of the same name").exists();
    }
}
