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
        "PNPM, pnpm-workspace.yaml, 'packages:', true",
        "PNPM, pnpm-workspace.yaml, 'patchedDependencies:', false",
        "PNPM, .pnpmfile.cjs, '', false",
        "NPM, .npmrc, '', true",
    })
    void knowsWhetherAnInstallStaysInItsPlaces(PackageManager manager, String file, String content, boolean stays)
            throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "# settings\n" + content + "\n");
        assertThat(manager.inTheWayOfCopies(folder).isEmpty()).isEqualTo(stays);
    }

    @Test
    void doesNotTrustSettingsBehindALink() throws IOException {
        Files.writeString(folder.resolve("other.yml"), "nodeLinker: node-modules\n");
        Files.createSymbolicLink(folder.resolve(".yarnrc.yml"), Path.of("other.yml"));
        assertThat(PackageManager.BERRY.inTheWayOfCopies(folder)).contains(".yarnrc.yml");
    }

    @ParameterizedTest
    @CsvSource({
        "pnpm-workspace.yaml, PNPM",
        ".yarnrc.yml, BERRY",
        ".npmrc, NPM",
        "bunfig.toml, NPM",
    })
    void isKnownByItsSettingsWhereThereIsNoLockFile(String settings, PackageManager manager) throws IOException {
        Files.writeString(folder.resolve("package.json"), "{}");
        Files.writeString(folder.resolve(settings), "");
        assertThat(PackageManager.of(PackageJson.read(folder), folder, line -> {}))
                .isEqualTo(manager);
    }

    @ParameterizedTest
    @CsvSource({
        "PNPM, 'packages:', true",
        "PNPM, 'onlyBuiltDependencies:', false",
        "NPM, 'packages:', false",
    })
    void ofPnpmHaveWorkspacesInItsSettings(PackageManager manager, String content, boolean workspaces)
            throws IOException {
        Files.writeString(folder.resolve("package.json"), "{}");
        Files.writeString(folder.resolve("pnpm-workspace.yaml"), content + "\n  - all/*\n");
        assertThat(manager.hasWorkspaces(PackageJson.read(folder), folder)).isEqualTo(workspaces);
    }
}
