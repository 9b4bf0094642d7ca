package dev.tinyserv.buildpacks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All processes that came from one: its descendants, its session, and every process with its mark in the environment,
 * so also those that left by a double fork or {@code setsid}. Each look is a fresh scan of {@code /proc}.
 *
 * @param root the process that the tree grew from; it need not live any more
 * @param mark a line {@code NAME=value} that only this tree has in its environment
 */
public record ProcessTree(ProcessIdentity root, String mark) {

    /** The members that run now; zombies do not count. */
    public List<ProcessIdentity> members() {
        if (!root.bootId().equals(ProcessIdentity.currentBootId())) {
            return List.of();
        }
        Map<Long, ProcStat> all = snapshot();
        ProcStat rootNow = all.get(root.pid());
        boolean rootLives = rootNow != null && rootNow.startTime() == root.startTime();
        // The kernel gives a session's id to no other process while a member of it lives, so a process that is
        // older than our root but in "its" session proves that the number is another's by now.
        Set<Long> found = new LinkedHashSet<>();
        for (ProcStat stat : all.values()) {
            boolean sameSession = stat.session() == root.pid() && stat.startTime() >= root.startTime() && rootLives;
            if ((rootLives && stat.pid() == root.pid()) || sameSession || carriesMark(stat.pid())) {
                found.add(stat.pid());
            }
        }
        boolean grown = true;
        while (grown) {
            grown = false;
            for (ProcStat stat : all.values()) {
                if (found.contains(stat.parent()) && found.add(stat.pid())) {
                    grown = true;
                }
            }
        }
        long self = ProcessHandle.current().pid();
        List<ProcessIdentity> members = new ArrayList<>();
        for (long pid : found) {
            ProcStat stat = all.get(pid);
            if (stat != null && pid != self && !stat.isDead()) {
                members.add(new ProcessIdentity(pid, stat.startTime(), root.bootId()));
            }
        }
        return List.copyOf(members);
    }

    /** Sends SIGTERM to every member but the root, which is our own shim and leaves when its command has. */
    public void terminateBelowRoot() {
        for (ProcessIdentity member : members()) {
            if (member.pid() != root.pid()) {
                signal(member, false);
            }
        }
    }

    /** Sends SIGTERM to every member. */
    public void terminate() {
        members().forEach(member -> signal(member, false));
    }

    /** Sends SIGKILL to all members, again while new ones appear, at most ten times; returns whether none is left. */
    public boolean kill() {
        for (int round = 0; round < 10; round++) {
            List<ProcessIdentity> members = members();
            if (members.isEmpty()) {
                return true;
            }
            members.forEach(member -> signal(member, true));
        }
        return members().isEmpty();
    }

    private static void signal(ProcessIdentity member, boolean kill) {
        ProcessHandle.of(member.pid()).ifPresent(handle -> {
            if (member.isAlive()) {
                if (kill) {
                    handle.destroyForcibly();
                } else {
                    handle.destroy();
                }
            }
        });
    }

    private boolean carriesMark(long pid) {
        try {
            String environment = new String(
                    Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ")), StandardCharsets.ISO_8859_1);
            return environment.startsWith(mark + "\0") || environment.contains("\0" + mark + "\0");
        } catch (IOException e) {
            return false; // gone, or another user's
        }
    }

    private static Map<Long, ProcStat> snapshot() {
        Map<Long, ProcStat> all = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                ProcStat.read(Long.parseLong(entry.getFileName().toString()))
                        .ifPresent(stat -> all.put(stat.pid(), stat));
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new IllegalStateException("cannot read /proc", e);
        }
        return all;
    }
}
