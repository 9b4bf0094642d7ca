package dev.tinyserv.buildpacks.process;

import java.util.List;
import java.util.Optional;

/**
 * A process with a mark in its environment, by which it is found when all else about it is lost.
 *
 * @param mark the whole line, {@code NAME=value}
 * @param marks this and all others that its environment has
 */
public record MarkedProcess(ProcessIdentity identity, String mark, List<String> marks) {
    public MarkedProcess {
        marks = List.copyOf(marks);
    }

    /** All processes of this user, but this one, with the variable {@code TINYSERV_…} in their environment. */
    public static List<MarkedProcess> all(String variable) {
        long self = ProcessHandle.current().pid();
        String boot = ProcessIdentity.currentBootId();
        ProcessScan scan = ProcessScan.now();
        return scan.all().stream()
                .filter(stat -> stat.pid() != self && !stat.isDead())
                .flatMap(stat -> line(variable, scan.marks(stat.pid()))
                        .map(mark -> new MarkedProcess(
                                new ProcessIdentity(stat.pid(), stat.startTime(), boot), mark, scan.marks(stat.pid())))
                        .stream())
                .toList();
    }

    /** The value of a variable {@code TINYSERV_…} of its environment; empty if it has none of that name. */
    public Optional<String> value(String variable) {
        return line(variable, marks).map(line -> line.substring(variable.length() + 1));
    }

    private static Optional<String> line(String variable, List<String> marks) {
        return marks.stream().filter(mark -> mark.startsWith(variable + "=")).findFirst();
    }

    /** Ends the process and its whole tree at once, with SIGKILL. */
    public void kill() {
        new ProcessTree(identity, mark).kill();
    }
}
