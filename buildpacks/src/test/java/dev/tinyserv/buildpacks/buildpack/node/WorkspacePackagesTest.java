package dev.tinyserv.buildpacks.buildpack.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.buildpacks.buildpack.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkspacePackagesTest {
    @TempDir
    private Path folder;

    private Path app;

    private void write(String file, String content) throws IOException {
        Path path = app.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @org.junit.jupiter.api.BeforeEach
    void anApp() throws IOException {
        app = Files.createDirectory(folder.resolve("app"));
        write("package.json", "{}");
        write("packages/b/package.json", "{}");
        write("packages/a/package.json", "{}");
        write("packages/a/src/index.js", "");
    }

    private String key() throws IOException {
        Fingerprint key = new Fingerprint();
        for (String file : WorkspacePackages.in(app).files(List.of("package.json", ".npmrc"))) {
            key.add(file).add(app.resolve(file));
        }
        return key.hex();
    }

    @Test
    void areAllThatTheAppsSourceHolds() throws IOException {
        write("node_modules/x/package.json", "{}");
        write("packages/a/.yarn/x/package.json", "{}");
        Files.createDirectories(app.resolve("packages/c/package.json"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("package.json"), "{}");
        Files.createSymbolicLink(app.resolve("packages/d"), elsewhere);

        WorkspacePackages found = WorkspacePackages.in(app);

        assertThat(found.modules()).containsExactly("packages/a/node_modules", "packages/b/node_modules");
        assertThat(found.contains(app.resolve("packages/a"))).isTrue();
        assertThat(found.contains(app.resolve("packages/d"))).isFalse();
        assertThat(found.contains(app)).isFalse();
        assertThat(found.inTheWayOfCopies(PackageManager.NPM)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "packages/a/package.json | {\"scripts\": {\"prepare\": \"x\"}} | the scripts, programs or patches in packages/a/package.json",
                "packages/b/package.json | {\"bin\": \"x.js\"} | the scripts, programs or patches in packages/b/package.json",
                "packages/b/package.json | {\"directories\": {\"bin\": \"x\"}} | the scripts, programs or patches in packages/b/package.json",
                "packages/b/package.json | { | packages/b/package.json, which cannot be read",
                "packages/b/node_modules/x/index.js | x | the committed packages/b/node_modules",
            })
    void tellWhatElseAnInstallWouldDo(String file, String content, String reason) throws IOException {
        write(file, content);
        assertThat(WorkspacePackages.in(app).inTheWayOfCopies(PackageManager.NPM))
                .contains(reason);
    }

    @Test
    void areNotKeptWhereTheyAreTooMany() throws IOException {
        for (int i = 0; i < 500; i++) {
            write("many/p" + i + "/package.json", "{}");
        }
        assertThat(WorkspacePackages.in(app).inTheWayOfCopies(PackageManager.NPM))
                .contains("more than 500 packages");
    }

    @ParameterizedTest
    @CsvSource({"packages/a/package.json", "packages/b/.npmrc", "packages/c/package.json"})
    void decideWhatAnInstallBrings(String file) throws IOException {
        String before = key();
        write("packages/a/src/index.js", "changed");
        assertThat(key()).isEqualTo(before);
        write(file, "{\"dependencies\": {}}");
        assertThat(key()).isNotEqualTo(before);
    }

    @Test
    void thatMoveBringSomethingElse() throws IOException {
        String before = key();
        Files.move(app.resolve("packages/b"), app.resolve("packages/c"));
        assertThat(key()).isNotEqualTo(before);
    }
}
