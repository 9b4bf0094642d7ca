package dev.tinyserv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.cli.TestUser.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    Path base;

    private TestUser user;
    private Path launcher;

    @BeforeEach
    void anInstallation() throws IOException {
        user = new TestUser(base);
        launcher = Files.createDirectories(base.resolve("opt dir/bin")).resolve("tinyserv");
        Files.copy(Path.of("src/main/dist/bin/tinyserv"), launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void startsJavaFromWhereItIsInstalledAlsoThroughLinks() throws IOException {
        user.with("JAVA_HOME", java("21.0.1").toString());
        Path link = base.resolve("bin/tinyserv");
        Files.createSymbolicLink(base.resolve("bin/first"), Path.of("../opt dir/bin/tinyserv"));
        Files.createSymbolicLink(link, Path.of("first"));

        Result result = user.run(List.of(link.toString(), "config:set", "K=a b", ""), "");

        Path home = base.toRealPath().resolve("opt dir");
        assertThat(result.err()).isEmpty();
        assertThat(result.out().lines())
                .contains("-XX:+UseSerialGC", "-Dtinyserv.home=" + home, "-Dtinyserv.terminal=", home + "/lib/*")
                .endsWith("dev.tinyserv.cli.Main", "config:set", "K=a b", "");
    }

    @Test
    void worksWithoutHomeAndSetsAUtf8Locale() throws IOException {
        Path java = java("17");
        Result result = user.run(
                List.of("env", "-i", "PATH=/usr/bin:/bin", "JAVA_HOME=" + java, "SHOW=LC_ALL", launcher.toString()),
                "");

        assertThat(result.out()).contains("LC_ALL=C.UTF-8");
    }

    @Test
    void aJavaThatIsTooOldOrMissingIsSaidInOneLine() throws IOException {
        Result old = user.with("JAVA_HOME", java("11.0.2").toString()).run(List.of(launcher.toString()), "");
        assertThat(old.status()).isEqualTo(1);
        assertThat(old.err())
                .contains("is Java 11: tinyserv needs Java 17 or newer")
                .hasLineCount(1);

        Result older = user.with("JAVA_HOME", java("1.8.0_402").toString()).run(List.of(launcher.toString()), "");
        assertThat(older.err()).contains("is Java 8");

        Result missing = user.with("JAVA_HOME", "/nowhere").run(List.of(launcher.toString()), "");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("JAVA_HOME=/nowhere has no bin/java").hasLineCount(1);
    }

    @Test
    void twoVersionsInOneFolderAreRefused() throws IOException {
        Path lib = Files.createDirectories(base.resolve("opt dir/lib"));
        user.with("JAVA_HOME", java("21").toString());
        Files.createFile(lib.resolve("tinyserv-dev-cli-0.1.0.jar"));
        assertThat(user.run(List.of(launcher.toString(), "apps"), "").status()).isZero();

        Files.createFile(lib.resolve("tinyserv-dev-cli-0.2.0.jar"));
        Result mixed = user.run(List.of(launcher.toString(), "apps"), "");
        assertThat(mixed.status()).isEqualTo(1);
        assertThat(mixed.err())
                .contains(
                        "more than one version lies in " + lib.toRealPath() + ": unpack tinyserv.tar.gz into an empty")
                .hasLineCount(1);
    }

    private Path java(String version) throws IOException {
        Path home = base.resolve("java-" + version);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n[ -z \"$SHOW\" ] || echo \"LC_ALL=$LC_ALL\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
