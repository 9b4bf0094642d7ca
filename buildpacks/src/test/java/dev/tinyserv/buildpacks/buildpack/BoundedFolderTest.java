package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFolderTest {
    @TempDir
    Path cache;

    private void write(String name, int bytes) throws IOException {
        Path file = cache.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }

    @Test
    void isKeptUntilItHasGrownTooLarge() throws IOException {
        BoundedFolder downloads = new BoundedFolder(cache.resolve("go"), 1000);
        assertThat(downloads.isThere()).isFalse();
        downloads.bound();

        write("go/some/a", 600);
        write("go/b", 400);
        downloads.bound();
        assertThat(downloads.isThere()).isTrue();

        write("go/c", 1);
        write("other/module", 5000);
        // As the go command leaves its modules.
        Files.setPosixFilePermissions(cache.resolve("go/some"), PosixFilePermissions.fromString("r-xr-xr-x"));
        downloads.bound();
        assertThat(cache.resolve("go")).doesNotExist();
        assertThat(cache.resolve("other/module")).exists();
    }
}
