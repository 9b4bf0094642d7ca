package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    @TempDir
    Path tree;

    private void write(String name, String content) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, content);
    }

    private boolean holds(String app) throws IOException {
        Path folder = Files.createDirectories(tree.resolve(app));
        return Workspace.of(tree, folder).isPresent();
    }

    @Test
    void isWhereTheAppIsNamed() throws IOException {
        write("package.json", "{\"workspaces\": [\"packages/*\", \"./tools/one/\"]}");
        assertThat(holds("packages/api")).isTrue();
        assertThat(holds("tools/one")).isTrue();
        assertThat(holds("packages/api/deep")).isFalse();
        assertThat(holds("other")).isFalse();
        write("package.json", "{\"workspaces\": {\"packages\": [\"other\"]}}");
        assertThat(holds("other")).isTrue();
        assertThat(Workspace.of(tree, tree)).isEmpty();
    }

    @Test
    void readsThoseOfPnpm() throws IOException {
        write("pnpm-workspace.yaml", "packages:\n  # ours\n  - 'apps/**'\n  - \"!apps/old/**\"\nonlyBuilt:\n  - lib\n");
        assertThat(holds("apps/shop/api")).isTrue();
        assertThat(holds("apps/old/api")).isFalse();
        assertThat(holds("lib")).isFalse();
    }

    @Test
    void looksAtNothingAboveTheTreeAndSurvivesWhatItCannotRead() throws IOException {
        write("package.json", "{\"workspaces\": [\"inner/app\"]}");
        assertThat(Workspace.of(tree.resolve("inner"), Files.createDirectories(tree.resolve("inner/app"))))
                .isEmpty();
        write("package.json", "{\"workspaces\": [\"[\", 7, \"{a\"]}");
        assertThat(holds("inner/app")).isFalse();
        write("package.json", "not json");
        assertThat(holds("inner/app")).isFalse();
    }
}
