package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A view of the disk in which some folders hold only what is told, for programs that shall not see the files of others.
 * It is made of mounts in a namespace of its own, see mount_namespaces(7): by root, or where the kernel lets every user
 * have namespaces, see user_namespaces(7). It is gone with its last process.
 *
 * @param root the folder that holds all of them, by its real path
 * @param hidden names in it that are hidden; those that do not exist are left out, and a file seems to be empty
 * @param kept what is seen of them all the same, relative to the root; what does not exist is left out
 * @param stage an empty folder below one that is hidden, which is used while the view is made
 */
public record PrivateView(Path root, List<String> hidden, List<Path> kept, Path stage) {
    private static final Duration PROBE = Duration.ofSeconds(10);
    private static final String END = "--";
    private static final Map<String, String> OURS = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");

    /** Builds the view aside, puts it over what it hides, and becomes the program in the folder that it was called in. */
    private static final String SCRIPT = """
            set -e
            path=$PATH
            PATH=/usr/sbin:/usr/bin:/sbin:/bin # a build may have programs of these names
            root=$1 stage=$2 here=$PWD
            shift 2
            mount -t tmpfs -o mode=755,size=1m tinyserv "$stage"
            names=
            while [ "$1" != -- ]; do
                names="$names $1"
                [ ! -d "$root/$1" ] || mkdir "$stage/$1"
                shift
            done
            shift
            while [ "$1" != -- ]; do
                if [ -d "$root/$1" ]; then
                    mkdir -p "$stage/$1"
                    mount --bind "$root/$1" "$stage/$1" # without the stage, which may lie in it
                fi
                shift
            done
            shift
            for name in $names; do
                if [ -d "$root/$name" ]; then
                    mount --rbind "$stage/$name" "$root/$name"
                elif [ -e "$root/$name" ]; then
                    mount --bind /dev/null "$root/$name"
                fi
            done
            cd "$here"
            PATH=$path
            exec "$@"
            """;

    /** Copies what it is given. */
    public PrivateView {
        hidden = List.copyOf(hidden);
        kept = List.copyOf(kept);
    }

    /**
     * What is put before a program and its arguments.
     *
     * @throws IOException if it cannot be told who we are
     */
    public List<String> launcher() throws IOException {
        int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        int group = (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        String unshare = Program.find("unshare", OURS)
                .orElseThrow(() -> new IOException("unshare is not installed"))
                .toString();
        List<String> launcher = new ArrayList<>(List.of(unshare));
        if (user != 0) {
            launcher.addAll(List.of("--user", "--map-root-user"));
        }
        // Who unmounts something while a program runs shall not be kept from it.
        launcher.addAll(List.of("--mount", "--propagation", "slave", "/bin/sh", "-c", SCRIPT, "sh"));
        launcher.addAll(List.of(root.toString(), stage.toString()));
        // The stage goes out of sight with what it lies in.
        hidden.stream().filter(name -> !stage.startsWith(root.resolve(name))).forEach(launcher::add);
        hidden.stream().filter(name -> stage.startsWith(root.resolve(name))).forEach(launcher::add);
        launcher.add(END);
        kept.forEach(path -> launcher.add(path.toString()));
        launcher.add(END);
        if (user != 0) {
            // To mount it had to seem to be root; the program is who it was.
            launcher.addAll(List.of(unshare, "--user", "--map-user=" + user, "--map-group=" + group));
        }
        return launcher;
    }

    /**
     * Whether this machine lets us have such views: tried out in a folder, which is left as it was.
     *
     * @param folder an existing folder on the disk that they are to be of
     */
    public static boolean isPossible(Path folder) {
        Path probe = null;
        try {
            probe = Files.createTempDirectory(folder, "build-probe-").toRealPath();
            Files.createDirectories(probe.resolve("hidden/other"));
            Files.createDirectories(probe.resolve("hidden/stage"));
            Files.createDirectories(probe.resolve("hidden/own/deep"));
            PrivateView view = new PrivateView(
                    probe, List.of("hidden"), List.of(Path.of("hidden/own")), probe.resolve("hidden/stage"));
            List<String> command = new ArrayList<>(view.launcher());
            command.addAll(List.of("sh", "-c", "[ -d hidden/own/deep ] && [ ! -e hidden/other ] && id -u"));
            List<String> printed = Command.of(command)
                    .in(probe)
                    .environment(OURS)
                    .within(PROBE)
                    .collect()
                    .lines();
            return printed.equals(List.of(String.valueOf((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"))));
        } catch (IOException | CommandFailed e) {
            return false;
        } finally {
            if (probe != null) {
                delete(probe);
            }
        }
    }

    private static void delete(Path probe) {
        for (String path : List.of("hidden/other", "hidden/stage", "hidden/own/deep", "hidden/own", "hidden", "")) {
            try {
                Files.deleteIfExists(probe.resolve(path));
            } catch (IOException e) {
                return; // what is left is swept with the other temporary folders
            }
        }
    }
}
