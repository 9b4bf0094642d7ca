package dev.tinyserv.agent;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.agent.machine.Listeners;
import dev.tinyserv.agent.machine.Listeners.Listener;
import dev.tinyserv.agent.machine.LockHolder;
import dev.tinyserv.buildpacks.base.Pauses;
import dev.tinyserv.buildpacks.base.Refusal;
import dev.tinyserv.buildpacks.process.MarkedProcess;
import dev.tinyserv.buildpacks.process.ProcessEnd;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Processes that run for a root but cannot be called: somebody has deleted {@code run/} with their sockets and locks,
 * or they do not answer. They are found by the environment of every process that this user may look at.
 *
 * @param layout of the root
 */
record Strays(Layout layout) {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final String MAIN = "dev.tinyserv.agent.Main";
    private static final String ROOT = "TINYSERV_ROOT";
    private static final List<String> SERVERS = List.of("agent", "router");

    /** Agents, routers and their keepers. */
    List<ProcessIdentity> servers() {
        return servers(SERVERS);
    }

    /** Whether an agent runs, or a keeper that will start one. */
    boolean haveAgent() {
        return !servers(List.of("agent")).isEmpty();
    }

    private List<ProcessIdentity> servers(List<String> which) {
        return MarkedProcess.all(ROOT).stream()
                .filter(process -> process.value(ROOT).filter(this::isOurs).isPresent())
                .map(MarkedProcess::identity)
                .filter(process -> isServer(process.pid(), which))
                .toList();
    }

    /** Compares paths, because the setting may have been written with a slash at its end. */
    private boolean isOurs(String root) {
        return Path.of(root).normalize().equals(layout.root());
    }

    /** Processes of apps. */
    List<ProcessIdentity> apps() {
        String mark = "TINYSERV_DATA_DIR=" + layout.root().resolve("data") + "/";
        return MarkedProcess.all("TINYSERV_DATA_DIR").stream()
                .filter(process -> process.mark().startsWith(mark))
                .map(MarkedProcess::identity)
                .toList();
    }

    /**
     * Checks that no server runs: a second agent would start every app a second time.
     *
     * @throws Refusal if one does, naming its pid
     */
    void refuse() {
        List<ProcessIdentity> there = servers();
        if (!there.isEmpty()) {
            throw new Refusal("tinyserv runs for " + layout.root() + " (pid "
                    + there.stream().map(one -> Long.toString(one.pid())).collect(Collectors.joining(", "))
                    + "), but its files in run/ are gone; `tinyserv-remote shutdown` ends it, then `startup`");
        }
    }

    /**
     * Ends the servers, then the apps, so that no server starts an app again; returns whether there were any.
     *
     * @throws Refusal if one does not end, naming its pid; all others have been ended then
     */
    boolean end() {
        List<ProcessIdentity> servers = servers();
        List<ProcessIdentity> left = new ArrayList<>(left(servers));
        List<ProcessIdentity> apps = apps();
        left.addAll(left(apps));
        requireNone(left);
        return !servers.isEmpty() || !apps.isEmpty();
    }

    /**
     * Ends the routers that listen without holding the lock of the root, because somebody has deleted the lock's file.
     * The router that holds the lock now gets none of their ports. Their keepers are ended, too: a keeper would start
     * another router, perhaps of an earlier version, which would take over from the one that holds the lock. A router
     * that has just handed over gets ten seconds to close its ports.
     *
     * @param current the pid of the router that the agent speaks with, which goes on
     * @param beforehand gets each router before it is ended
     */
    void endRoutersWithoutLock(long current, Consumer<ProcessIdentity> beforehand) {
        if (Pauses.until(GRACE, () -> routersWithoutLock(current).isEmpty())) {
            return;
        }
        List<ProcessIdentity> routers = routersWithoutLock(current);
        routers.forEach(beforehand);
        List<ProcessIdentity> all = new ArrayList<>(keepersOf(routers)); // first, so that they know why a router ends
        all.addAll(routers);
        end(all);
    }

    private static List<ProcessIdentity> keepersOf(List<ProcessIdentity> routers) {
        return routers.stream()
                .flatMap(router -> ProcessHandle.of(router.pid()).flatMap(ProcessHandle::parent).stream())
                .filter(parent -> isServer(parent.pid(), List.of("router")))
                .flatMap(keeper -> ProcessIdentity.of(keeper.pid()).stream())
                .toList();
    }

    /** A router that has handed over listens on no port, so it is not among them. */
    private List<ProcessIdentity> routersWithoutLock(long current) {
        long holder =
                LockHolder.of(layout.routerLock()).map(ProcessIdentity::pid).orElse(0L);
        Set<Long> listening = Listeners.all().stream().map(Listener::inode).collect(Collectors.toSet());
        return servers(List.of("router")).stream()
                .filter(router -> router.pid() != holder
                        && router.pid() != current
                        && !Collections.disjoint(Listeners.socketsOf(router.pid()), listening))
                .toList();
    }

    /**
     * Ends {@code agent} or {@code router}, with its keeper, which would start another; returns when they have gone.
     *
     * @throws Refusal if one does not end, naming its pid
     */
    void end(String server) {
        end(servers(List.of(server)));
    }

    /**
     * Ends processes; returns when they have gone.
     *
     * @throws Refusal if one does not end, naming its pid
     */
    static void end(List<ProcessIdentity> processes) {
        requireNone(left(processes));
    }

    private static List<ProcessIdentity> left(List<ProcessIdentity> processes) {
        return ProcessEnd.end(processes, GRACE, GRACE).left();
    }

    /** Refuses to take processes for ended that still run, as in an endless wait of the kernel. */
    static void requireNone(List<ProcessIdentity> left) {
        if (!left.isEmpty()) {
            String pids = left.stream().map(one -> Long.toString(one.pid())).collect(Collectors.joining(", "));
            throw new Refusal(
                    left.size() == 1
                            ? "process " + pids + " does not end; look at it with ps"
                            : "the processes " + pids + " do not end; look at them with ps");
        }
    }

    /** Whether systemd, rather than our keeper, starts that agent again. */
    static boolean isManaged(ProcessIdentity agent) {
        return words(agent.pid()).contains("--foreground");
    }

    private static boolean isServer(long pid, List<String> which) {
        List<String> words = words(pid);
        int main = words.indexOf(MAIN);
        if (main >= 0) {
            return main + 1 < words.size() && which.contains(words.get(main + 1));
        }
        return words.stream().anyMatch(word -> word.endsWith("/libexec/keep"))
                && which.contains(words.get(words.size() - 1));
    }

    private static List<String> words(long pid) {
        try {
            return List.of(
                    Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                            .split("\0"));
        } catch (IOException e) {
            return List.of(); // it has ended
        }
    }
}
