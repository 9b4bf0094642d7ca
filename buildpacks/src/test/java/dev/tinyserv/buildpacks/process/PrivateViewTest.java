package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class PrivateViewTest {
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    @TempDir
    private Path folder;

    private Path root;

    @BeforeEach
    void files() throws IOException {
        root = folder.toRealPath();
        assumeTrue(IsolationProbe.in(root) == Isolation.PROCESSES, "needs root or user namespaces");
        assertThat(root).as("the probe leaves nothing").isEmptyDirectory();
        for (String name : List.of("builds/one", "builds/other", "run/tmp/one/stage", "run/tmp/other", "plain")) {
            Files.createDirectories(root.resolve(name));
            Files.writeString(root.resolve(name).resolve("file"), name);
        }
        Files.move(root.resolve("run/tmp/one/stage/file"), root.resolve("run/tmp/one/file"));
        Files.writeString(root.resolve("run/kept file"), "kept");
        Files.writeString(root.resolve("secret"), "secret");
        Files.writeString(root.resolve(".secret.swp"), "secret");
        Files.writeString(root.resolve(".tool"), "tool");
        Files.createSymbolicLink(root.resolve("link"), Path.of("plain"));
    }

    private Command command(Map<String, String> more, String script) throws IOException {
        PrivateView view = new PrivateView(
                root,
                List.of("run", "builds", "secret", "absent"),
                List.of(
                        Path.of("builds/one"),
                        Path.of("run/tmp/one"),
                        Path.of("run/kept file"),
                        Path.of("builds/absent")),
                root.resolve("run/tmp/one/stage"),
                Isolation.PROCESSES,
                PrivateView.Rest.READ_ONLY);
        Map<String, String> environment = new TreeMap<>(Map.of("PATH", PATH, "ROOT", root.toString()));
        environment.putAll(more);
        TreeBound bound = new TreeBound(1L << 30, 100).startedBy(view::launcher);
        return Command.of("/bin/sh", "-c", script)
                .in(root.resolve("builds/one"))
                .environment(environment)
                .within(bound);
    }

    private String in(String script) throws IOException {
        return command(Map.of(), script).collect().text();
    }

    @Test
    void whatIsKeptIsSeenAndNothingElseOfWhatIsHidden() throws IOException {
        assertThat(in("cd $ROOT; find builds run plain -type f | sort"))
                .isEqualTo("builds/one/file\nplain/file\nrun/kept file\nrun/tmp/one/file");
        assertThat(in("pwd; cat file; echo; ls ..; ls -A ../.."))
                .isEqualTo(root + "/builds/one\nbuilds/one\none\n.tool\nbuilds\nlink\nplain\nrun");
        assertThat(in("cat $ROOT/link/file $ROOT/.tool")).isEqualTo("plaintool");
        assertThat(in("ls $ROOT/run/tmp/one/stage")).as("the stage").doesNotContain("tree");
    }

    @Test
    void whatIsWrittenIsOnTheDiskAndWhoWritesIsWhoItWas() throws IOException {
        in("echo made >made; echo kept >$ROOT/run/tmp/one/kept; rm -rf $ROOT/run/tmp/one/stage/*");

        assertThat(root.resolve("builds/one/made")).hasContent("made");
        assertThat(root.resolve("run/tmp/one/kept")).hasContent("kept");
        assertThat(root.resolve("builds/other/file")).hasContent("builds/other");
        assertThat(in("id -u")).isEqualTo(String.valueOf((int) Files.getAttribute(root, "unix:uid")));
        assertThat(Files.getAttribute(root.resolve("builds/one/made"), "unix:uid"))
                .isEqualTo(Files.getAttribute(root, "unix:uid"));
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(root.toString());
    }

    @Test
    void theStatusOfTheProgramIsThatOfTheCommandAndNothingIsPrintedButByTheProgram() throws IOException {
        Set<Integer> all = Set.of(7, 128 + 9, 128 + 15, 128 + 11);

        assertThat(command(Map.of(), "exit 7").allowing(all).collect()).isEqualTo(new Command.Output(7, List.of()));
        for (int signal : List.of(9, 15, 11)) {
            assertThat(command(Map.of(), "echo out; echo err >&2; kill -" + signal + " $$")
                            .allowing(all)
                            .collect())
                    .isEqualTo(new Command.Output(128 + signal, List.of("out", "err")));
        }
    }

    @Test
    void variablesReachTheProgramAsTheyAreAndNothingThatRunsBeforeIt() throws IOException {
        Path bin = Files.createDirectories(root.resolve("builds/one/bin"));
        for (String program : List.of("sh", "mount", "unshare", "setpriv", "mkdir", "cut", "setsid")) {
            Files.writeString(bin.resolve(program), "#!/bin/sh\ntouch " + root + "/obeyed\n");
            assertThat(bin.resolve(program).toFile().setExecutable(true)).isTrue();
        }
        Map<String, String> hostile = Map.of(
                "PATH", bin + ":" + PATH,
                "LD_PRELOAD", "./no-such-library.so",
                "root", "/",
                "stage", "$(touch " + root + "/obeyed)",
                "names", "a\nb \"'` $x",
                "TINYSERV_BUILD", "mark");

        List<String> printed = command(
                        hostile,
                        "echo \"$PATH\"; echo \"$root\"; echo \"$stage\"; echo \"$names\"; echo $TINYSERV_BUILD")
                .collect()
                .lines();

        assertThat(printed.get(0))
                .as("once, by the program itself")
                .contains("./no-such-library.so' from LD_PRELOAD cannot be preloaded");
        assertThat(printed.subList(1, printed.size()))
                .containsExactly(bin + ":" + PATH, "/", "$(touch " + root + "/obeyed)", "a", "b \"'` $x", "mark");
        assertThat(root.resolve("obeyed")).doesNotExist();
        assertThat(command(hostile, "env | grep -c ^TINYSERV_VAR")
                        .environment(Map.of("PATH", PATH))
                        .allowing(Set.of(1))
                        .collect()
                        .text())
                .isEqualTo("0");
    }

    /** The kernel takes a mount off a file that another process replaces. */
    @Test
    void whatIsReplacedOrMadeMeanwhileIsHiddenToo() throws Exception {
        Command command = command(
                Map.of(),
                "touch ready; while [ ! -e go ]; do sleep 0.01; done; exec 2>/dev/null; cat $ROOT/secret $ROOT/absent/file;"
                        + " ls -A $ROOT; for f in secret absent/file; do (echo spoiled >$ROOT/$f); done; :");
        CompletableFuture<String> printed =
                CompletableFuture.supplyAsync(() -> command.collect().text());
        Path build = root.resolve("builds/one");
        Eventually.until("the command runs", () -> Files.exists(build.resolve("ready")), printed::toString);

        Files.writeString(root.resolve(".new"), "new secret");
        Files.move(root.resolve(".new"), root.resolve("secret"), StandardCopyOption.ATOMIC_MOVE);
        Files.createDirectory(root.resolve("absent"));
        Files.writeString(root.resolve("absent/file"), "new secret");
        Files.createFile(build.resolve("go"));

        assertThat(printed.get(60, TimeUnit.SECONDS)).isEqualTo(".tool\nbuilds\nlink\nplain\nrun");
        assertThat(root.resolve("secret")).hasContent("new secret");
        assertThat(root.resolve("absent/file")).hasContent("new secret");
    }

    @Test
    void whatALinkInTheRootLeadsToIsHiddenUnderItsOwnName(@TempDir Path elsewhere) throws IOException {
        Path disk = elsewhere.toRealPath();
        Files.createDirectories(disk.resolve("builds"));
        Files.move(root.resolve("builds/one"), disk.resolve("builds/one"));
        Files.move(root.resolve("builds/other"), disk.resolve("builds/other"));
        Files.delete(root.resolve("builds"));
        Files.createSymbolicLink(root.resolve("builds"), disk.resolve("builds"));
        Files.move(root.resolve("secret"), disk.resolve("secret"));
        Files.createSymbolicLink(root.resolve("secret"), disk.resolve("secret"));

        assertThat(in("cd $ROOT; find builds/ " + disk + "/builds -type f; cat " + disk
                        + "/secret; echo x >builds/one/x"))
                .isEqualTo("builds/one/file\n" + disk + "/builds/one/file");
        assertThat(disk.resolve("builds/one/x")).hasContent("x");
    }

    /** The root of this test lies in /tmp, so that this is the one of all. */
    @Test
    void socketsInATemporaryFolderOfAllAreOutOfReachButThoseOfDatabases() throws IOException {
        assumeTrue(root.startsWith("/tmp"), "needs a temporary folder in /tmp");
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "tinyserv-test-");
        Path socket = folder.resolve("a socket");
        Path deep = Files.createDirectories(folder.resolve("a/b/c d")).resolve("deep");
        Path named = folder.resolve("mysql0.sock");
        Path database = Path.of("/tmp/.s.PGSQL." + ThreadLocalRandom.current().nextInt(100_000, 1_000_000));
        List<Path> all = List.of(socket, deep, named, database);
        List<ServerSocketChannel> listening = new ArrayList<>();
        try {
            for (Path path : all) {
                ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                listening.add(channel);
                channel.bind(UnixDomainSocketAddress.of(path));
            }

            assertThat(in("for s in '" + socket + "' '" + deep + "' " + named + " " + database
                            + "; do [ ! -S \"$s\" ] || echo $s; done"))
                    .isEqualTo(database.toString());
        } finally {
            for (ServerSocketChannel channel : listening) {
                channel.close();
            }
            Files.deleteIfExists(database);
            FileTree.delete(folder);
        }
    }

    @Test
    void whatTheProgramHasLeftEndsWithIt() throws IOException {
        Path pids = root.resolve("builds/one/left");
        // No other process of this machine sleeps as long.
        String one = ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + ".1";
        String two = ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + ".2";

        in("env -i setsid sh -c 'sleep " + one + " & exec sleep " + two + "' & while ! pgrep -f 'sleep " + two
                + "' >left; do :; done");

        assertThat(pids).isNotEmptyFile();
        assertThat(ProcessHandle.allProcesses()
                        .filter(process -> process.info()
                                .arguments()
                                .map(arguments -> List.of(arguments).stream().anyMatch(List.of(one, two)::contains))
                                .orElse(false)))
                .isEmpty();
    }
}
