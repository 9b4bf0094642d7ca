package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageManagerTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "BERRY, .yarnrc.yml, nodeLinker: node-modules, true",
        "BERRY, .yarnrc.yml, 'yarnPath: .yarn/releases/yarn.cjs', true",
        "BERRY, .yarnrc.yml, 'cacheFolder: \"./archives\"', false",
        "BERRY, .yarnrc.yml, '  \"pnpUnpluggedFolder\": x', false",
        "BERRY, .yarnrc.yml, 'installStatePath: x', false",
        "BERRY, .yarnrc.yml, 'plugins:', false",
        "BERRY, .pnp.cjs, '', false",
        "BERRY, .yarn/cache/a.zip, '', false",
        "BERRY, .yarn/patches/a.patch, '', true",
        "PNPM, pnpm-workspace.yaml, 'onlyBuiltDependencies:', true",
        "PNPM, pnpm-workspace.yaml, 'packages:', false",
        "PNPM, pnpm-workspace.yaml, 'patchedDependencies:', false",
        "PNPM, .pnpmfile.cjs, '', false",
        "NPM, .npmrc, '', true",
    })
    void knowsWhetherAnInstallStaysInItsPlaces(PackageManager manager, String file, String content, boolean stays)
            throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "# settings\n" + content + "\n");
        assertThat(manager.leavesAllInPlace(folder)).isEqualTo(stays);
    }

    @Test
    void doesNotTrustSettingsBehindALink() throws IOException {
        Files.writeString(folder.resolve("other.yml"), "nodeLinker: node-modules\n");
        Files.createSymbolicLink(folder.resolve(".yarnrc.yml"), Path.of("other.yml"));
        assertThat(PackageManager.BERRY.leavesAllInPlace(folder)).isFalse();
    }
}
