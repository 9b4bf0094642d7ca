package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a tree of processes, and what it sees.
 *
 * @param bytes the most memory of all processes, in bytes; shared memory counts for each
 * @param processes the most processes
 * @param programs a folder that is first on their PATH; null for none
 * @param afterwards a check after all of them have ended, which may throw a {@code Refusal}
 */
public record TreeBound(
        long bytes,
        int processes,
        Launcher launcher,
        @Nullable Path programs,
        Runnable afterwards) {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    /** In kB, as proc_pid_status(5) says: the counts in {@code statm} are of pages, whose size differs between kernels. */
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+([0-9]{1,15}) kB$", Pattern.MULTILINE);

    /** Makes the launcher before a program and its arguments: that of a {@link PrivateView}, or an empty one. */
    @FunctionalInterface
    public interface Launcher {
        /** A program and its arguments, which gives the program its variables as a view does; called for each start. */
        List<String> command() throws IOException;
    }

    /** A bound for processes that see the whole disk. */
    public TreeBound(long bytes, int processes) {
        this(bytes, processes, List::of, null, () -> {});
    }

    /** The same with another launcher. */
    public TreeBound startedBy(Launcher newLauncher) {
        return new TreeBound(bytes, processes, newLauncher, programs, afterwards);
    }

    /** The same with programs that are found before all others, whatever {@code PATH} says. */
    public TreeBound finding(@Nullable Path newPrograms) {
        return new TreeBound(bytes, processes, launcher, newPrograms, afterwards);
    }

    /** The same with a check after each tree has ended. */
    public TreeBound followedBy(Runnable check) {
        return new TreeBound(bytes, processes, launcher, programs, check);
    }

    /** The variables that they get for these. */
    Map<String, String> environment(Map<String, String> variables) {
        if (programs == null) {
            return variables;
        }
        Map<String, String> all = new TreeMap<>(variables);
        all.merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
        return all;
    }

    /** How the tree is beyond it now, for a message; null if it is not. */
    @Nullable
    String exceededBy(ProcessTree tree) {
        List<ProcessIdentity> members = tree.members();
        if (members.size() > processes) {
            return "it had " + members.size() + " processes at once; at most " + processes + " are allowed";
        }
        long taken =
                members.stream().mapToLong(member -> resident(member.pid())).sum();
        return taken > bytes
                ? "it took " + taken / MIB + " MB of memory; at most " + bytes / MIB + " MB are allowed"
                : null;
    }

    /** 0 of a process that is gone. */
    private static long resident(long pid) {
        try {
            return resident(
                    Files.readString(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return 0;
        }
    }

    /** The bytes that a {@code /proc/PID/status} tells; 0 of a zombie or of a thread of the kernel. */
    static long resident(String status) {
        Matcher field = RESIDENT.matcher(status);
        return field.find() ? Long.parseLong(field.group(1)) * KIB : 0;
    }
}
