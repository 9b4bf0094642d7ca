package dev.tinyserv.buildpacks.process;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All processes that came from one: its descendants, its session, and every process with its mark in the environment,
 * so also those that left by a double fork or {@code setsid}. Each call asks the machine anew.
 *
 * @param root the first process of the tree, which may have ended
 * @param mark a line {@code TINYSERV_…=value} that only this tree has in its environment
 */
public record ProcessTree(ProcessIdentity root, String mark) {

    /** The members that run now; zombies do not count. */
    public List<ProcessIdentity> members() {
        return members(List.of(), false);
    }

    /**
     * As {@link #members()}, to be asked while the root lives or at once after it has ended: its session counts in both
     * cases, because no other process can have got its number so soon. So this also finds those that wiped their
     * environment and whose parent is gone.
     */
    List<ProcessIdentity> membersAtEnd() {
        return members(List.of(), true);
    }

    /** As {@link #members()}, with those of the known ones that still run and their descendants. */
    List<ProcessIdentity> membersAnd(Collection<ProcessIdentity> known) {
        return members(known, false);
    }

    private List<ProcessIdentity> members(Collection<ProcessIdentity> known, boolean atEnd) {
        if (!root.bootId().equals(ProcessIdentity.currentBootId())) {
            return List.of();
        }
        ProcessScan scan = ProcessScan.now();
        ProcStat rootNow = scan.get(root.pid());
        boolean rootLives = rootNow != null && rootNow.startTime() == root.startTime();
        boolean ownsSession = rootLives || (atEnd && rootNow == null);
        // The kernel gives a session's id to no other process while a member of it lives, so a process that is
        // older than our root but in "its" session proves that the number is another's by now.
        Set<Long> found = new LinkedHashSet<>();
        for (ProcStat stat : scan.all()) {
            boolean sameSession = ownsSession && stat.session() == root.pid() && stat.startTime() >= root.startTime();
            if ((rootLives && stat.pid() == root.pid())
                    || sameSession
                    || scan.marks(stat.pid()).contains(mark)
                    || known.contains(identity(stat))) {
                found.add(stat.pid());
            }
        }
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ProcStat stat : scan.all()) {
                if (found.contains(stat.parent()) && found.add(stat.pid())) {
                    grown = true;
                }
            }
        }
        long self = ProcessHandle.current().pid();
        List<ProcessIdentity> members = new ArrayList<>();
        for (long pid : found) {
            ProcStat stat = scan.get(pid);
            if (stat != null && pid != self && !stat.isDead()) {
                members.add(identity(stat));
            }
        }
        return List.copyOf(members);
    }

    private ProcessIdentity identity(ProcStat stat) {
        return new ProcessIdentity(stat.pid(), stat.startTime(), root.bootId());
    }

    /** Sends SIGTERM to every member but the root, a shim that ends after its command. */
    public void terminateBelowRoot() {
        for (ProcessIdentity member : members()) {
            if (member.pid() != root.pid()) {
                member.terminate();
            }
        }
    }

    /** Sends SIGKILL to all members, at most ten times while some are left. Returns whether none is left. */
    public boolean kill() {
        for (int round = 0; round < 10; round++) {
            List<ProcessIdentity> members = members();
            if (members.isEmpty()) {
                return true;
            }
            members.forEach(ProcessIdentity::kill);
        }
        return members().isEmpty();
    }
}
