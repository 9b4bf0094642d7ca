package dev.tinyserv.buildpacks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinyserv.buildpacks.source.FileTree;
import dev.tinyserv.fixtures.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A program in a view that tries to get at a file and at a process of another app, as root and as another user. */
@ParameterizedClass(name = "as user {0}")
@ValueSource(ints = {0, 65534})
@Tag("slow")
class PrivateViewAttackTest {
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String SECRET = "s3cret of another app";

    @Parameter
    private int user;

    /** Not in /tmp, which is the view's own then. */
    private Path folder;

    /** No other process of this machine sleeps as long. */
    private final String seconds = ThreadLocalRandom.current().nextInt(100_000, 1_000_000) + ".1";

    private Path root;
    private Process victim;

    @BeforeEach
    void anotherApp() throws IOException {
        boolean isRoot = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        assumeTrue(isRoot, "needs root, which can be every user");
        folder = Files.createTempDirectory(Path.of("/srv"), "tinyserv-test-");
        root = Files.createDirectory(folder.toRealPath().resolve("root"));
        for (String name : List.of("builds/own", "builds/other", "builds/stage")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.writeString(root.resolve("builds/other/file"), SECRET);
        Files.setPosixFilePermissions(folder.toRealPath(), PosixFilePermissions.fromString("rwxr-xr-x"));
        run(List.of("chown", "-R", user + ":" + user, root.toString()));
        List<String> sleeper = new ArrayList<>(asUser());
        sleeper.addAll(List.of("env", "SECRET=" + SECRET, "sleep", "300"));
        victim = new ProcessBuilder(sleeper).directory(root.toFile()).start();
        assumeTrue(inside("echo works").equals("works"), "needs namespaces");
    }

    @AfterEach
    void end() throws IOException {
        if (victim != null) {
            victim.destroyForcibly();
        }
        if (folder != null) {
            FileTree.delete(folder);
        }
    }

    private List<String> asUser() {
        return List.of("setpriv", "--reuid", "" + user, "--regid", "" + user, "--clear-groups");
    }

    private String run(List<String> command) {
        return Command.of(command)
                .in(root)
                .environment(Map.of(
                        "PATH", PATH, "ROOT", root.toString(), "VICTIM", victim == null ? "" : "" + victim.pid()))
                .allowing(java.util.Set.copyOf(IntStream.range(0, 256).boxed().toList()))
                .collect()
                .text();
    }

    /** What a script of this user prints without a view; it must do no harm. */
    private String outside(String script) {
        List<String> command = new ArrayList<>(asUser());
        command.addAll(List.of("sh", "-c", script));
        return run(command);
    }

    private PrivateView view() {
        return new PrivateView(
                root,
                List.of("builds"),
                List.of(Path.of("builds/own")),
                root.resolve("builds/stage"),
                Isolation.PROCESSES,
                PrivateView.Rest.READ_ONLY);
    }

    private String inside(String script) throws IOException {
        List<String> command = new ArrayList<>(asUser());
        command.addAll(view().launcher(user, user));
        command.addAll(List.of("sh", "-c", script));
        return run(command);
    }

    /** It gets what it wants without a view, or it would prove nothing, and not with one. */
    private void assertHidden(String script) throws IOException {
        assertThat(outside(script)).as("outside").contains(SECRET);
        assertThat(inside(script)).as("inside").doesNotContain(SECRET);
        assertThat(victim.isAlive()).isTrue();
    }

    private Path compiled(String name) throws IOException {
        assumeTrue(Program.find("gcc", Map.of("PATH", PATH)).isPresent(), "needs gcc");
        Path program = folder.toRealPath().resolve(name);
        Path source = folder.toRealPath().resolve(name + ".c");
        try (InputStream text = Objects.requireNonNull(getClass().getResourceAsStream(name + ".c"))) {
            Files.copy(text, source);
        }
        run(List.of("gcc", "-o", program.toString(), source.toString()));
        return program;
    }

    private void assertRefused(String script) throws IOException {
        assertThat(inside(script)).doesNotContain(SECRET);
        assertThat(victim.isAlive()).isTrue();
        assertThat(root.resolve("builds/other/file")).hasContent(SECRET);
    }

    /** What starts programs for root makes its socket anew when it is started again. */
    @Test
    void asRootSocketsThatAreMadeMeanwhile() throws IOException {
        assumeTrue(user == 0, "others may not use them");
        String outer = """
                mount -t tmpfs tinyserv /run
                mkdir -p /run/systemd/resolve /run/user/0 /run/postgresql
                echo plain >/run/plain
                : >/run/systemd/resolve/stub
                ln -s plain /run/link
                "$@" sh -c '
                    touch builds/own/ready
                    while [ ! -e builds/own/go ]; do sleep 0.01; done
                    find /run ! -path "/run/mount*" | sort
                    cat /run/link
                    for f in /run/x /run/plain /run/systemd/x; do (: >>$f) 2>/dev/null && echo written; done
                    :
                ' &
                while [ ! -e builds/own/ready ]; do sleep 0.01; kill -0 $! || exit 1; done
                for f in docker.sock user/0/bus systemd/private postgresql/.s.PGSQL.5432; do : >/run/$f; done
                touch builds/own/go
                wait
                """;
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", outer, "sh"));
        command.addAll(view().launcher(user, user));

        assertThat(run(command).lines())
                .containsExactly(
                        "/run",
                        "/run/link",
                        "/run/plain",
                        "/run/postgresql",
                        "/run/postgresql/.s.PGSQL.5432",
                        "/run/systemd",
                        "/run/systemd/resolve",
                        "/run/systemd/resolve/stub",
                        "/run/user",
                        "plain");
    }

    @Test
    void unmounting() throws IOException {
        String read = "cat $ROOT/builds/other/file; ls $ROOT/builds/other";
        assertRefused("umount $ROOT/builds; umount -l $ROOT/builds; umount -R -l $ROOT/builds; " + read);
        assertRefused("unshare --user --map-root-user --mount sh -c 'umount -l $ROOT/builds; " + read + "'");
        assertRefused("unshare --user --map-root-user --mount --pid --fork sh -c 'mount -t proc proc /proc;"
                + " umount -l $ROOT/builds; cat /proc/*/root$ROOT/builds/other/file; " + read + "'");
        assertRefused("unshare --mount sh -c 'umount -l $ROOT/builds; " + read + "'");
        assertRefused(
                "mkdir m; mount --bind $ROOT m; mount --rbind $ROOT m; cat m/builds/other/file; ls m/builds/other");
        assertRefused("setpriv --inh-caps +sys_admin --ambient-caps +sys_admin umount -l $ROOT/builds; " + read);
    }

    @Test
    void namespacesOfOthers() throws IOException {
        String read = "cat $ROOT/builds/other/file";
        assertHidden("for pid in $VICTIM 1 $PPID; do nsenter --target $pid --mount " + read + "; nsenter --target $pid"
                + " --all " + read + "; nsenter --user --preserve-credentials --mount --target $pid " + read
                + "; done; " + read);
        assertHidden("for pid in /proc/[0-9]*; do cat $pid/root$ROOT/builds/other/file; cat $pid/cwd/builds/other/file;"
                + " done");
        assertHidden("for pid in /proc/[0-9]*; do chroot $pid/root " + read + "; done; " + read);
    }

    @Test
    void variablesAndMemoryOfOthers() throws IOException {
        String find = " | tr '\\0' '\\n' | grep -a ^SECRET=";
        assertHidden("cat /proc/[0-9]*/environ" + find);
        assertHidden("cat /proc/$VICTIM/environ /proc/[0-9]*/task/*/environ" + find);
        assertThat(outside("ls /proc")).contains("" + victim.pid());
        assertThat(inside("ls -d /proc/[0-9]* | wc -l").strip()).matches("[1-9]");
        inside("kill -9 $VICTIM");
        assertThat(victim.isAlive()).isTrue();
    }

    @Test
    void disks() throws IOException {
        assumeTrue(user == 0, "others cannot open a disk anyway");
        Path image = folder.toRealPath().resolve("disk");
        Files.writeString(
                image, SECRET.repeat(1024 * 1024 / SECRET.length() + 1).substring(0, 1024 * 1024));
        String loop = outside("losetup --find --show " + image).strip();
        assumeTrue(loop.startsWith("/dev/loop"), "needs loop devices: " + loop);
        try {
            String number = loop.substring("/dev/loop".length());
            assertHidden("head -c 1000 " + loop);
            assertHidden("mknod node b 7 " + number + "; head -c 1000 node; rm node");
            assertHidden("cd /tmp; d=$(mktemp -d); mknod $d/node b 7 " + number + "; head -c 1000 $d/node; rm -r $d");
            run(List.of("mknod", root.resolve("builds/own/node").toString(), "b", "7", number));
            assertHidden("head -c 1000 $ROOT/builds/own/node");
            assertThat(inside("ls /dev").lines())
                    .containsExactlyInAnyOrder(
                            "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty",
                            "urandom", "zero");
        } finally {
            outside("losetup --detach " + loop);
        }
    }

    @Test
    void handlesAndTraces() throws IOException {
        Path reach = compiled("reach");
        String handle = outside(reach + " handle builds/other/file");
        assertThat(handle).matches("[0-9a-f]+");
        if (user == 0) {
            assertHidden(reach + " open $ROOT " + handle + "; " + reach + " open $ROOT/builds/own " + handle);
        }
        assertRefused(reach + " open $ROOT/builds/own " + handle);
        assertRefused("unshare --user --map-root-user --mount " + reach + " open $ROOT/builds/own " + handle);

        assertThat(outside(reach + " trace $VICTIM")).isEqualTo("attached");
        assertThat(inside(reach + " trace $VICTIM; unshare -Ur " + reach + " trace $VICTIM"))
                .doesNotContain("attached")
                .contains("ptrace: ");
        assertThat(inside("sleep 100 & " + reach + " trace $!")).as("its own").isEqualTo("attached");
    }

    @Test
    void memoryAndQueuesThatProgramsOfOneUserShare() throws IOException {
        Path share = compiled("share");
        int key = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
        String names = " " + key + " /tinyserv-test-" + key;
        Path file = Path.of("/dev/shm/tinyserv-test-" + key);
        assertThat(outside(share + " put" + names + " '" + SECRET + "'")).isEmpty();
        try {
            outside("umask 077; echo '" + SECRET + "' >" + file);

            assertThat(inside(share + " get" + names + "; cat /dev/mqueue/* " + file + "; ls /dev/shm /dev/mqueue"))
                    .doesNotContain(SECRET)
                    .doesNotContain("tinyserv-test-" + key + "\n");
            assertThat(outside(share + " get" + names)).isEqualTo("memory: " + SECRET + "\nqueue: " + SECRET);
            assertThat(outside("cat " + file)).isEqualTo(SECRET);
            assertThat(inside(share + " put" + names + " own; " + share + " get" + names + "; echo x >" + file))
                    .as("its own")
                    .isEqualTo("memory: own\nqueue: own");
            assertThat(outside("cat " + file)).isEqualTo(SECRET);
        } finally {
            outside(share + " drop" + names);
            Files.deleteIfExists(file);
        }
    }

    @Test
    void trafficOfOthers() throws IOException {
        Path share = compiled("share");
        if (user == 0) {
            assertThat(outside(share + " hear")).isEqualTo("hears");
        }
        assertThat(inside(share + " hear; unshare --user --map-root-user " + share + " hear"))
                .isEqualTo("packet: Operation not permitted\npacket: Operation not permitted");
    }

    /** However deep it lies, whatever its name, and also if it is made after the view. */
    @Test
    void filesAndSocketsInTheTemporaryFolders() throws Exception {
        Path share = compiled("share");
        for (String temporary : List.of("/tmp", "/var/tmp")) {
            Path other = Files.createTempDirectory(Path.of(temporary), "tinyserv-test-");
            Path deep = Files.createDirectories(other.resolve("a/b/c"));
            run(List.of("chown", "-R", user + ":" + user, other.toString()));
            try (ServerSocketChannel one = listening(deep.resolve("s.sock"));
                    ServerSocketChannel two = listening(other.resolve("mysql0.sock"))) {
                assertThat(List.of(one.isOpen(), two.isOpen())).containsOnly(true);
                Files.writeString(other.resolve("file"), SECRET);
                String connect = "for s in " + other + "/mysql0.sock " + deep + "/s.sock; do " + share
                        + " connect $s & pid=$!; sleep 0.2; kill $pid 2>/dev/null; done; cat " + other + "/file; ls "
                        + temporary;
                assertThat(outside(connect)).contains(SECRET).doesNotContain("connect:");
                assertThat(inside(connect))
                        .doesNotContain(SECRET)
                        .doesNotContain(other.getFileName().toString() + "\n")
                        .containsPattern("(?s)(connect: No such file or directory\\s+){2}");
                assertThat(inside("mkdir -p " + deep + "; echo mine >" + deep + "/file; cat " + deep + "/file"))
                        .isEqualTo("mine");
                assertThat(inside("cat " + deep + "/file"))
                        .as("the next of one stage")
                        .isEqualTo("mine");
                assertThat(deep.resolve("file")).doesNotExist();
            } finally {
                FileTree.delete(other);
            }
        }
    }

    private static ServerSocketChannel listening(Path path) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        return channel;
    }

    /** What a build leaves where a socket is to be seen is not followed when its next program starts. */
    @Test
    void socketsOfDatabasesAreSeenAndNoLinkInTheirPlaceIsFollowed() throws IOException {
        Path socket = Path.of("/tmp/.s.PGSQL." + ThreadLocalRandom.current().nextInt(100_000, 1_000_000));
        Path other = root.resolve("builds/other/file");
        try (ServerSocketChannel one = listening(socket)) {
            assertThat(one.isOpen()).isTrue();
            FileTree.delete(root.resolve("builds/stage/tmp")); // of the view that was tried
            assertThat(inside("test -S " + socket + " && echo there; cd /tmp; ln -s " + other + " .s.PGSQL.1")
                            .strip())
                    .isEqualTo("there");
            Path own = root.resolve("builds/stage/tmp").resolve(socket.getFileName());
            Files.delete(own);
            Files.createSymbolicLink(own, other);
            assertThat(inside("readlink " + socket)).isEqualTo(other.toString());
            Files.delete(own);
            assertThat(inside("test -e " + socket + " || echo gone")).isEqualTo("gone");
        } finally {
            Files.deleteIfExists(socket);
        }
        assertThat(other).hasContent(SECRET);
        assertThat(Files.getPosixFilePermissions(root.resolve("builds/stage")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void rightsThatAreGoneStayGone() throws IOException {
        String forbidden =
                "sys_admin|sys_ptrace|mknod|dac_read_search|sys_rawio|sys_module|net_raw|net_admin|bpf|ipc_owner";
        assertThat(inside("grep NoNewPrivs /proc/self/status")).endsWith("1");
        if (user != 0) {
            assertThat(inside("grep CapPrm /proc/self/status")).matches("CapPrm:\\s+0+");
            return;
        }
        assertThat(inside("setpriv --dump"))
                .containsPattern("Capability bounding set: chown")
                .doesNotContainPattern(forbidden);
        assertThat(inside("setpriv --bounding-set +all --inh-caps +all --ambient-caps +all setpriv --dump; setpriv"
                        + " --inh-caps +sys_admin setpriv --dump"))
                .doesNotContainPattern(forbidden + "$");
        assertThat(inside("id -u; touch own; chown 65534 own; su -s /bin/sh nobody -c 'id -u'")
                        .lines())
                .as("what builds need")
                .containsExactly("0", "65534");
    }

    /** As when the agent's successor finds what a dead agent has left. */
    @Test
    void allOfItEndsWithTheProcessThatMadeIt() throws Exception {
        List<String> command = new ArrayList<>(asUser());
        command.addAll(view().launcher(user, user));
        Path pids = root.resolve("builds/own/started");
        command.addAll(List.of("sh", "-c", "env -i setsid sh -c 'sleep " + seconds + "' & touch started; wait"));
        Process maker = new ProcessBuilder(command)
                .directory(root.resolve("builds/own").toFile())
                .start();
        try {
            Eventually.until("the process is there", () -> Files.exists(pids) && sleepers() == 1);
        } finally {
            maker.destroyForcibly();
        }
        Eventually.until("no sleeper is left", () -> sleepers() == 0);
    }

    private long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep " + seconds))
                .filter(process -> !process.info().commandLine().orElse("").contains("-c"))
                .count();
    }

    /** Each of these lets root have programs started outside of the view. */
    @Test
    void rootWritesToNothingThatOthersStart() throws IOException {
        for (String path : List.of(
                "/proc/sys/kernel/core_pattern",
                "/proc/sys/kernel/modprobe",
                "/proc/sysrq-trigger",
                "/sys/kernel/uevent_helper",
                "/sys/fs/cgroup",
                "/etc/cron.d",
                "/etc/ld.so.preload",
                "/etc/passwd",
                "/usr/bin",
                "/root",
                "/run")) {
            assertThat(inside("test -w " + path + " && echo writable")).as(path).isEmpty();
        }
        assertThat(inside("for f in $ROOT/builds/own /tmp /var/tmp /dev/shm /dev/null; do test -w $f || echo $f; done"))
                .as("what builds need")
                .isEmpty();
    }

    /** The mounts are made in a namespace of their own. */
    @Test
    void rootWritesToNoMountWhateverItsNameAndToNoDiskOfAContainer() throws IOException {
        assumeTrue(user == 0, "others cannot write there anyway");
        String mounts =
                "set -e; for f in /mnt /var/lib /run; do mount -t tmpfs t $f; done; mkdir -p '/mnt/a b\\040c' /mnt/d"
                        + " /var/lib/docker/disk /var/lib/containers/disk /run/docker/disk; mount -t tmpfs t '/mnt/a b\\040c';"
                        + " for f in /var/lib/docker/disk /var/lib/containers/disk /run/docker/disk; do mount -t tmpfs t $f;"
                        + " done; exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", mounts, "sh"));
        command.addAll(view().launcher(user, user));
        command.addAll(List.of(
                "sh",
                "-c",
                "for f in '/mnt/a b\\040c' /mnt/d /var/lib /var/lib/*/disk /run/docker /run/docker/disk; do"
                        + " (echo x >\"$f/x\") 2>/dev/null && echo \"$f\"; done; ls /mnt /var/lib/docker"));

        assertThat(run(command)).isEqualTo("/mnt:\na b\\040c\nd\n\n/var/lib/docker:");
    }
}
