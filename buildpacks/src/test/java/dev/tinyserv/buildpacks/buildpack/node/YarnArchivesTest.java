package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YarnArchivesTest {
    @TempDir
    private Path folder;

    private void install() throws IOException {
        Path cache = Files.createDirectories(folder.resolve(".yarn/cache"));
        Files.createFile(cache.resolve("greet-npm-1.0.0-a1-b2.zip"));
        Files.createFile(cache.resolve("@scope-part-npm-1.0.0-c3-d4.zip"));
        Files.createFile(cache.resolve("shout-npm-1.0.0-e5-f6.zip"));
        Files.createFile(cache.resolve(".gitignore"));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".yarn/cache"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void areThoseThatModulesAreLoadedFrom() throws IOException {
        YarnArchives archives = new YarnArchives(folder);
        install();
        Files.writeString(
                folder.resolve(".pnp.cjs"),
                "\"packageLocation\": \"./.yarn/cache/greet-npm-1.0.0-a1-b2.zip/node_modules/greet/\"");
        Files.writeString(
                folder.resolve(".pnp.data.json"),
                "[\"./.yarn/cache/@scope-part-npm-1.0.0-c3-d4.zip/node_modules/@scope/part/\"]");

        archives.deleteUnused();

        assertThat(left())
                .containsExactlyInAnyOrder(
                        ".gitignore", "@scope-part-npm-1.0.0-c3-d4.zip", "greet-npm-1.0.0-a1-b2.zip");
    }

    @Test
    void areNotNeededBesideModules() throws IOException {
        YarnArchives archives = new YarnArchives(folder);
        install();

        archives.deleteUnused();

        assertThat(left()).containsExactly(".gitignore");
    }

    @Test
    void ofTheAppItselfStay() throws IOException {
        install();

        new YarnArchives(folder).deleteUnused();

        assertThat(left()).contains("shout-npm-1.0.0-e5-f6.zip");
    }

    @Test
    void nothingIsDeletedWhereALinkLeads() throws IOException {
        YarnArchives archives = new YarnArchives(folder);
        Path others = Files.createDirectories(folder.resolve("others/cache"));
        Path kept = Files.createFile(others.resolve("a.zip"));
        FileTree.delete(folder.resolve(".yarn"));
        Files.createSymbolicLink(folder.resolve(".yarn"), others.resolveSibling(""));

        archives.deleteUnused();

        assertThat(kept).exists();
    }
}
