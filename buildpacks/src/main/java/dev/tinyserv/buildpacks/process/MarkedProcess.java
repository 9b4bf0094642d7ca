package dev.tinyserv.buildpacks.process;

import java.util.ArrayList;
import java.util.List;

/**
 * A process with a mark in its environment, by which it is found when all else about it is lost.
 *
 * @param mark the whole line, {@code NAME=value}
 */
public record MarkedProcess(ProcessIdentity identity, String mark) {

    /** All processes of this user, but this one, with the variable {@code TINYSERV_…} in their environment. */
    public static List<MarkedProcess> all(String variable) {
        List<MarkedProcess> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        String boot = ProcessIdentity.currentBootId();
        ProcessScan scan = ProcessScan.now();
        for (ProcStat stat : scan.all()) {
            if (stat.pid() != self && !stat.isDead()) {
                scan.marks(stat.pid()).stream()
                        .filter(mark -> mark.startsWith(variable + "="))
                        .findFirst()
                        .ifPresent(mark -> found.add(
                                new MarkedProcess(new ProcessIdentity(stat.pid(), stat.startTime(), boot), mark)));
            }
        }
        return List.copyOf(found);
    }

    /** Ends the process and its whole tree at once, with SIGKILL. */
    public void kill() {
        new ProcessTree(identity, mark).kill();
    }
}
