package dev.tinyserv.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinyserv.fixtures.Eventually;
import dev.tinyserv.fixtures.Repository;
import dev.tinyserv.fixtures.Result;
import dev.tinyserv.fixtures.Sandbox;
import dev.tinyserv.fixtures.Server;
import dev.tinyserv.fixtures.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Archives of classes: built once in the background, used from then on, and never in the way. */
@Tag("thorough")
class ClassArchiveScenario {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** A machine that is short of memory or disk builds none, and kills who does: then the next start tries again. */
    private static final int STARTS = 4;

    private static List<Path> filesOf(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The archive that is there after one of a few starts. */
    private static Path archiveAfter(Path folder, Runnable start) {
        for (int i = 0; i < STARTS; i++) {
            start.run();
            try {
                return awaitArchive(folder);
            } catch (AssertionError e) {
                assertThat(statesOf(folder)).doesNotContain("failed");
            }
        }
        throw new AssertionError("no archive after " + STARTS + " starts; in " + folder + ": " + filesOf(folder, "")
                + ", builders: " + statesOf(folder));
    }

    private static Path awaitArchive(Path folder) {
        Eventually.until("who builds an archive in " + folder + " is done", LIMIT, () -> {
            boolean built = !filesOf(folder, ".jsa").isEmpty()
                    && filesOf(folder, ".tried").isEmpty(); // it goes when the seal is in its place
            return built || statesOf(folder).contains("failed");
        });
        assertThat(statesOf(folder)).isEmpty();
        return filesOf(folder, ".jsa").get(0);
    }

    /** What stands in the files that tell who builds. */
    private static List<String> statesOf(Path folder) {
        return filesOf(folder, ".tried").stream()
                .map(ClassArchiveScenario::read)
                .map(String::strip)
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean maps(long pid, Path archive) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "maps")).contains(archive.toString());
    }

    /** As when a library tries there whether the file system knows links. */
    private static void touch(Path folder) throws IOException {
        Files.delete(Files.createTempFile(folder, "touch", ""));
    }

    private static void cutOff(Path archive) throws IOException {
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
        try (FileChannel file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
    }

    private static void assertQuiet(Result result) {
        assertThat(result.mustSucceed().all()).doesNotContain("cds", "archive", "[error]", "[warning]");
    }

    @Test
    void theAgentHasOneBuiltAndTheNextAgentAndRouterUseItUnlessItIsDamagedOrStrange() throws IOException {
        Sandbox sandbox = Sandbox.create();
        Path folder = sandbox.root().resolve("run/jvm");
        try (Server server = new Server(sandbox, Map.of("TINYSERV_ARCHIVES", folder.toString()))) {
            Path archive = archiveAfter(folder, () -> {
                server.shutdown();
                assertQuiet(server.remote("startup"));
            });
            Eventually.until(
                    "its lists are gone",
                    LIMIT,
                    () -> filesOf(folder, ".classes").isEmpty()
                            && filesOf(folder, ".tried").isEmpty());
            assertThat(maps(server.agentPid(), archive)).isFalse();

            server.shutdown();
            touch(Repository.remoteHome().resolve("lib/native"));
            assertQuiet(server.remote("startup"));
            assertThat(maps(server.agentPid(), archive)).isTrue();
            assertThat(maps(server.routerPid(), archive)).isTrue();

            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            server.shutdown();
            assertQuiet(server.remote("startup"));
            assertThat(maps(server.agentPid(), archive))
                    .as("used although others could have written it")
                    .isFalse();

            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            server.shutdown();
            cutOff(archive);
            assertQuiet(server.remote("startup"));
            assertThat(maps(server.agentPid(), archive))
                    .as("used although it was damaged")
                    .isFalse();
        }
    }

    @Test
    void theDevelopersCommandHasOneBuiltAndNeverFailsForLackOfIt() throws IOException {
        try (Sandbox sandbox = Sandbox.create()) {
            Path folder = sandbox.home().resolve(".cache/tinyserv");
            Shell shell = sandbox.shell().without("TINYSERV_ARCHIVES");
            String command = Repository.cliHome().resolve("bin/tinyserv").toString();

            assertQuiet(shell.run(command, "version")); // writes the list
            assertThat(filesOf(folder, ".classes")).hasSize(1);
            Path archive = archiveAfter(folder, () -> assertQuiet(shell.run(command, "version"))); // begins to build

            Shell telling = shell.with("JAVA_TOOL_OPTIONS", "-Xlog:class+load");
            assertThat(telling.run(command, "version").mustSucceed().out())
                    .contains("dev.tinyserv.cli.Main source: shared objects file");

            cutOff(archive);
            assertQuiet(shell.run(command, "version"));
            assertThat(telling.run(command, "version").mustSucceed().out())
                    .doesNotContain("dev.tinyserv.cli.Main source: shared objects file");

            Path file = Files.createFile(sandbox.home().resolve("no-folder"));
            assertQuiet(shell.with("XDG_CACHE_HOME", file.toString()).run(command, "version"));
            assertQuiet(shell.with("TINYSERV_ARCHIVES", "/proc/none").run(command, "version"));
        }
    }

    @Test
    void aListOrArchiveOfAnotherVersionIsNotTaken() throws IOException {
        try (Sandbox sandbox = Sandbox.create()) {
            Path folder = sandbox.home().resolve(".cache/tinyserv");
            Shell shell = sandbox.shell().without("TINYSERV_ARCHIVES");
            Path copy = sandbox.folder().resolve("dist");
            dev.tinyserv.fixtures.Folders.copy(Repository.cliHome(), copy);
            String command = copy.resolve("bin/tinyserv").toString();
            assertQuiet(shell.run(command, "version"));
            assertThat(filesOf(folder, ".classes")).hasSize(1);

            Files.writeString(copy.resolve("lib/upgrade.jar"), "");
            assertQuiet(shell.run(command, "version"));

            assertThat(filesOf(folder, ".classes")).hasSize(2);
        }
    }
}
