package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tries out how much this machine can hide: a program tries to reach hidden files and processes. */
public final class IsolationProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Map<String, String> OURS = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");

    /**
     * CAP_DAC_READ_SEARCH, NET_ADMIN, NET_RAW, IPC_OWNER, SYS_MODULE, SYS_RAWIO, SYS_PTRACE, SYS_ADMIN and MKNOD, as
     * capability.h numbers them.
     */
    private static final long UNDOING =
            1L << 2 | 1L << 12 | 1L << 13 | 1L << 15 | 1L << 16 | 1L << 17 | 1L << 19 | 1L << 21 | 1L << 27;

    /** What programs share, as System V and POSIX have it. */
    private static final Path SHARED_MEMORY = Path.of("/proc/self/ns/ipc");

    private static final Path SHARED_FILES = Path.of("/dev/shm");
    private static final Path TEMPORARY = Path.of("/tmp");

    /** Prints who it is, unless it can see what it must not, or cannot see what is its own. */
    private static final String ATTACK = """
            exec 2>/dev/null
            [ -d hidden/own/deep ] && [ ! -e hidden/other ] || exit 1
            umount -l hidden "$PWD"
            [ ! -e hidden/other ] && [ ! -e "/proc/1/root$PWD/hidden/other" ] || exit 1
            ! unshare --user --map-root-user --mount sh -c 'umount -l "$PWD/hidden" "$PWD"; [ -e hidden/other ]' || exit 1
            ! nsenter --mount=/proc/1/ns/mnt true || exit 1
            id -u
            readlink /proc/self/ns/pid
            readlink /proc/self/ns/ipc || echo none
            stat -L -c %d:%i /dev/shm || echo none
            stat -L -c %d:%i /tmp || echo none
            sed -n 's/^CapPrm:[[:space:]]*//p; s/^CapBnd:[[:space:]]*//p' /proc/self/status
            """;

    private IsolationProbe() {}

    /**
     * The strongest isolation that works here.
     *
     * @param folder an existing folder on the disk of the views; left as it was
     */
    public static Isolation in(Path folder) {
        for (Isolation isolation : List.of(Isolation.PROCESSES, Isolation.FILES)) {
            if (isPossible(folder, isolation)) {
                return isolation;
            }
        }
        return Isolation.NONE;
    }

    private static boolean isPossible(Path folder, Isolation isolation) {
        Path probe = null;
        try {
            probe = Files.createTempDirectory(folder, "build-probe-").toRealPath();
            Files.createDirectories(probe.resolve("hidden/other"));
            Files.createDirectories(probe.resolve("hidden/stage"));
            Files.createDirectories(probe.resolve("hidden/own/deep"));
            PrivateView view = new PrivateView(
                    probe,
                    List.of("hidden"),
                    List.of(Path.of("hidden/own")),
                    probe.resolve("hidden/stage"),
                    isolation,
                    PrivateView.Rest.READ_ONLY);
            List<String> command = new ArrayList<>(view.launcher());
            command.addAll(List.of("sh", "-c", ATTACK));
            return holds(
                    probe,
                    isolation,
                    Command.of(command)
                            .in(probe)
                            .environment(PrivateView.environment(OURS))
                            .within(PATIENCE)
                            .collect()
                            .lines());
        } catch (IOException | CommandFailed e) {
            return false;
        } finally {
            if (probe != null) {
                delete(probe);
            }
        }
    }

    private static boolean holds(Path probe, Isolation isolation, List<String> printed) throws IOException {
        int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (printed.size() != 7 || !printed.get(0).equals(String.valueOf(user))) {
            return false;
        }
        String ours = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        boolean ownProcesses = !printed.get(1).equals(ours);
        // Where others make namespaces, what is in the bounding set counts for those only.
        long capabilities =
                Long.parseUnsignedLong(printed.get(user == 0 ? 6 : 5), 16) | Long.parseUnsignedLong(printed.get(5), 16);
        return ownProcesses == (isolation == Isolation.PROCESSES)
                && (capabilities & UNDOING) == 0
                && sharesNothing(probe, printed.subList(2, 5));
    }

    /** Whether memory and folders are not ours, where the machine has such, and we do not lie in them. */
    private static boolean sharesNothing(Path probe, List<String> printed) throws IOException {
        boolean shares = Files.exists(SHARED_MEMORY)
                && printed.get(0).equals(Files.readSymbolicLink(SHARED_MEMORY).toString());
        int line = 1;
        for (Path folder : List.of(SHARED_FILES, TEMPORARY)) {
            shares |= Files.isDirectory(folder)
                    && !probe.startsWith(folder.toRealPath())
                    && printed.get(line).equals(identity(folder));
            line++;
        }
        return !shares;
    }

    private static String identity(Path folder) throws IOException {
        return Files.getAttribute(folder, "unix:dev") + ":" + Files.getAttribute(folder, "unix:ino");
    }

    private static void delete(Path probe) {
        try (Stream<Path> all = Files.walk(probe)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            return; // what is left is swept with the other temporary folders
        }
    }
}
