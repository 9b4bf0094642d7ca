package dev.tinyserv.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.process.Command;
import dev.tinyserv.buildpacks.process.Program;
import dev.tinyserv.buildpacks.source.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LentKeyTest {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    @TempDir
    private Path folder;

    private final Map<String, Path> programs = new TreeMap<>();
    private Path lentFolder;
    private Path hosts;

    @BeforeEach
    void programs() throws IOException {
        for (String name : new String[] {"ssh", "scp", "sftp"}) {
            Program.find(name, Map.of("PATH", PATH)).ifPresent(program -> programs.put(name, program));
        }
        assumeTrue(programs.containsKey("ssh"), "needs ssh");
        hosts = folder.resolve("shop.known_hosts");
        lentFolder = folder.resolve("a \"b\" 'c' %h\\d");
    }

    private LentKey lend() throws IOException {
        return LentKey.in(lentFolder, folder.resolve("shop"), hosts, programs, learnt -> Files.write(hosts, learnt));
    }

    private String settings(LentKey lent) {
        return Command.of(
                        "sh",
                        "-c",
                        "eval \"$GIT_SSH_COMMAND\" -o IdentityFile=/other -o StrictHostKeyChecking=no"
                                + " -o UserKnownHostsFile=/other -G host")
                .environment(new TreeMap<>(
                        Map.of("PATH", PATH, "GIT_SSH_COMMAND", lent.variables().get("GIT_SSH_COMMAND"))))
                .collect()
                .text();
    }

    /** ssh takes those of the server's user where it is told of no file, or of one that is not there. */
    @Test
    void namesItsOwnFilesWhateverTheirPathAndWhetherOrNotThereIsAKey() throws IOException {
        for (boolean key : new boolean[] {false, true}) {
            if (key) {
                Files.writeString(folder.resolve("shop"), "a key");
            }
            try (LentKey lent = lend()) {
                assertThat(settings(lent).lines())
                        .contains("identitiesonly yes", "stricthostkeychecking accept-new", "identityagent none")
                        .filteredOn(line -> line.startsWith("identityfile ") || line.contains("knownhostsfile "))
                        .allMatch(line -> line.contains(" %h\\d".substring(1))
                                || line.endsWith("/dev/null")
                                || line.equals("identityfile /other"))
                        .noneMatch(line -> line.contains(".ssh"));
                assertThat(Files.exists(lentFolder.resolve("key"))).isEqualTo(key);
            }
            FileTree.delete(lentFolder);
        }
    }

    @Test
    void takesBackWhatWasLearntButNoLinkAndNoFlood() throws IOException {
        Files.writeString(hosts, "known before\n");
        Path known = lentFolder.resolve("known_hosts");
        whileLent(() -> {
            assertThat(known).hasContent("known before");
            Files.writeString(known, "learnt\n");
        });
        assertThat(hosts).hasContent("learnt");

        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        whileLent(() -> {
            assertThat(known).hasContent("learnt");
            Files.delete(known);
            Files.createSymbolicLink(known, secret);
        });
        whileLent(() -> Files.writeString(known, "x".repeat(300_000)));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("known_hosts"), "another's\n");
        whileLent(() -> {
            FileTree.delete(lentFolder);
            Files.createSymbolicLink(lentFolder, elsewhere);
        });
        assertThat(hosts).hasContent("learnt");
    }

    /** Else a host that has another key than the one that the version before knew would be refused for ever. */
    @Test
    void anAppThatForgetsItsHostsKnowsNothingOfTheVersionBeforeEither() throws IOException {
        Layout layout = new Layout(folder.toRealPath().resolve("root"));
        AppName app = new AppName("shop");
        DeployKeys keys = new DeployKeys(layout);
        keys.publicKey(app);
        Files.writeString(layout.deployKeys().resolve(".known_hosts"), "of the version before\n");
        Path lentBy = folder.resolve(".tinyserv-ssh");
        Path known = lentBy.resolve("known_hosts");
        try (LentKey lent = keys.lend(app, folder, PATH)) {
            assertThat(lent.programs()).exists();
            assertThat(known).hasContent("of the version before");
        }
        for (int i = 0; i < 2; i++) {
            FileTree.delete(lentBy);
            keys.forget(app);
            try (LentKey lent = keys.lend(app, folder, PATH)) {
                assertThat(lent.programs()).exists();
                assertThat(known)
                        .satisfiesAnyOf(
                                file -> assertThat(file).doesNotExist(),
                                file -> assertThat(file).isEmptyFile());
            }
        }
        FileTree.delete(lentBy);
        Files.delete(layout.deployKeys().resolve(".known_hosts"));
        keys.forget(app);
        assertThat(layout.knownHosts(app)).doesNotExist();
    }

    /** The build goes on with what it was lent; what is learnt with that is no longer wanted. */
    @Test
    void whatIsForgottenDuringABuildStaysForgotten() throws IOException {
        Layout layout = new Layout(folder.toRealPath().resolve("root"));
        AppName app = new AppName("shop");
        DeployKeys keys = new DeployKeys(layout);
        Path lentBy = folder.resolve(".tinyserv-ssh");
        Path known = lentBy.resolve("known_hosts");
        Files.createDirectories(layout.deployKeys());
        for (String before : new String[] {null, "known before\n"}) {
            if (before != null) {
                Files.writeString(layout.knownHosts(app), before);
            }
            try (LentKey lent = keys.lend(app, folder, PATH)) {
                assertThat(lent.programs()).exists();
                Files.writeString(known, "learnt\n");
                keys.forget(app);
            }
            assertThat(layout.knownHosts(app)).doesNotExist();
            FileTree.delete(lentBy);
        }
        try (LentKey lent = keys.lend(app, folder, PATH)) {
            assertThat(lent.programs()).exists();
            Files.writeString(known, "learnt\n");
        }
        assertThat(layout.knownHosts(app)).hasContent("learnt");
    }

    private interface Step {
        void run() throws IOException;
    }

    private void whileLent(Step step) throws IOException {
        LentKey lent = lend();
        step.run();
        lent.close();
        FileTree.delete(lentFolder);
    }
}
