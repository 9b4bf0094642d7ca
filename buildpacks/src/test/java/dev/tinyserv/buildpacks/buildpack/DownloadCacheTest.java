package dev.tinyserv.buildpacks.buildpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadCacheTest {
    @TempDir
    Path cache;

    private void write(String name, int bytes) throws IOException {
        Path file = cache.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }

    @Test
    void isKeptUntilItHasGrownTooLarge() throws IOException {
        DownloadCache downloads = new DownloadCache(cache, "npm", 1000);
        downloads.bound();

        write("npm/_cacache/a", 600);
        write("npm/_cacache/b", 400);
        downloads.bound();
        assertThat(cache.resolve("npm/_cacache/a")).exists();

        write("npm/_logs/c", 1);
        write("node/key/module", 5000);
        downloads.bound();
        assertThat(cache.resolve("npm")).doesNotExist();
        assertThat(cache.resolve("node/key/module")).exists();
    }
}
