package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A view of the machine in which some folders hold only what is told, and of the processes only those that were started
 * in it, for programs that shall not see those of others; the keys of the user for SSH are hidden, too. Of memory and
 * queues that processes share it sees its own, see shm_overview(7) and sysvipc(7). It is made of namespaces, see
 * mount_namespaces(7), pid_namespaces(7) and ipc_namespaces(7): by root, or where the kernel lets every user have
 * namespaces, see user_namespaces(7). It is gone with its first process, and all others in it are ended with that. What
 * could undo it is given up: root has at most those capabilities that a usual container has, see capabilities(7), and no
 * program gets more than it was started with. The network is that of all, with its abstract sockets, and so are the
 * kernel's keys of root, see keyrings(7).
 *
 * @param root the folder that holds all of them, by its real path
 * @param hidden names in it that are hidden, whether they exist already or not: folders seem to hold nothing, and files
 *     that have such a name, or have it in theirs, are not there. Other names are seen if they exist when it is made
 * @param kept what is seen of them all the same, relative to the root; what does not exist is left out
 * @param stage an empty folder below one that is hidden, which is used while the view is made, and holds what is
 *     written to /tmp and /var/tmp where these are its own: views with one stage share them until it is deleted
 * @param isolation what is hidden; not {@link Isolation#NONE}
 * @param rest whether root may write to what is neither hidden nor kept, but for /tmp and /var/tmp; others may not anyway.
 *     Where it may not, those two are of the view's own, for others as well, with the sockets of databases in /tmp only.
 *     One in which the root or the user's home lies stays that of all, but for the sockets that are in it already
 */
public record PrivateView(Path root, List<String> hidden, List<Path> kept, Path stage, Isolation isolation, Rest rest) {
    private static final String END = "--";
    private static final Map<String, String> OURS = Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    private static final String VIEW = text("view.sh");
    private static final String FIRST = text("first.sh");

    /**
     * None of them lets root mount, trace others, load code into the kernel, go around the modes of files, or read what
     * goes over the network. Some programs such as su end where they may not write to the audit.
     */
    private static final String CAPABILITIES = "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,"
            + "+setpcap,+net_bind_service,+sys_chroot,+setfcap,+audit_write";

    /** What root may do with all that is neither hidden nor kept, and whether /tmp is that of all. */
    public enum Rest {
        /** Write, as ever. */
        WRITABLE,
        /** Read. */
        READ_ONLY
    }

    public PrivateView {
        hidden = List.copyOf(hidden);
        kept = List.copyOf(kept);
    }

    private static String text(String name) {
        try (InputStream resource = Objects.requireNonNull(PrivateView.class.getResourceAsStream(name), name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is put before a program and its arguments. It is to be started with {@link #environment}.
     *
     * @throws IOException if it cannot be told who we are, or what makes views is not installed
     */
    public List<String> launcher() throws IOException {
        return launcher((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), (int)
                Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    }

    /** As {@link #launcher()}, for one who is this user. */
    List<String> launcher(int user, int group) throws IOException {
        String unshare = installed("unshare");
        boolean own = isolation == Isolation.PROCESSES;
        List<String> launcher = new ArrayList<>(List.of(unshare));
        if (user != 0) {
            launcher.addAll(List.of("--user", "--map-root-user"));
        }
        if (own) {
            launcher.addAll(List.of("--pid", "--fork", "--kill-child"));
        }
        if (Files.exists(Path.of("/proc/self/ns/ipc"))) {
            launcher.add("--ipc");
        }
        // Who unmounts something while a program runs shall not be kept from it.
        launcher.addAll(List.of("--mount", "--propagation", "slave", "/bin/sh", "-c", VIEW, "sh"));
        launcher.addAll(List.of(root.toString(), stage.toString(), own ? "own" : ""));
        launcher.addAll(List.of(
                user == 0 ? "root" : "",
                rest == Rest.READ_ONLY ? "read-only" : "",
                System.getProperty("user.home", "")));
        launcher.addAll(hidden);
        launcher.add(END);
        kept.forEach(path -> launcher.add(path.toString()));
        launcher.add(END);
        if (user != 0) {
            // To mount it had to seem to be root; the program is who it was.
            launcher.addAll(List.of(unshare, "--user", "--map-user=" + user, "--map-group=" + group));
        }
        launcher.add(installed("setpriv"));
        launcher.add("--no-new-privs");
        if (user == 0) {
            launcher.addAll(List.of("--inh-caps", "-all", "--bounding-set", CAPABILITIES));
        }
        launcher.addAll(List.of("/bin/sh", "-c", FIRST, "sh", own ? "own" : ""));
        return launcher;
    }

    private static String installed(String program) throws IOException {
        return Program.find(program, OURS)
                .orElseThrow(() -> new IOException(program + " is not installed"))
                .toString();
    }

    /** What {@link #launcher} is started with for a program that is to have this environment; {@code TINYSERV_…} stays. */
    public static Map<String, String> environment(Map<String, String> programs) {
        return HeldVariables.of(programs);
    }
}
