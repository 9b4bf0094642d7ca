package dev.tinyserv.agent;

import dev.tinyserv.agent.config.Layout;
import dev.tinyserv.buildpacks.Refusal;
import dev.tinyserv.buildpacks.process.MarkedProcess;
import dev.tinyserv.buildpacks.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What runs for a root although nothing under it says so any more, because somebody has deleted {@code run/}. It is
 * found by the environment of every process that we may look at.
 *
 * @param layout of the root
 */
record Strays(Layout layout) {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final String MAIN = "dev.tinyserv.agent.Main";

    /** Agents, routers and their keepers. */
    List<ProcessIdentity> servers() {
        String mark = "TINYSERV_ROOT=" + layout.root();
        return MarkedProcess.all("TINYSERV_ROOT").stream()
                .filter(process -> process.mark().equals(mark))
                .map(MarkedProcess::identity)
                .filter(process -> isServer(process.pid()))
                .toList();
    }

    /** Processes of apps. */
    List<ProcessIdentity> apps() {
        String mark = "TINYSERV_DATA_DIR=" + layout.root().resolve("data") + "/";
        return MarkedProcess.all("TINYSERV_DATA_DIR").stream()
                .filter(process -> process.mark().startsWith(mark))
                .map(MarkedProcess::identity)
                .toList();
    }

    /** Refuses to start beside them: a second agent would start every app a second time. */
    void refuse() {
        List<ProcessIdentity> there = servers();
        if (!there.isEmpty()) {
            throw new Refusal("tinyserv runs for " + layout.root() + " (pid "
                    + there.stream().map(one -> Long.toString(one.pid())).collect(Collectors.joining(", "))
                    + "), but its files in run/ are gone; `tinyserv-remote shutdown` ends it, then `startup`");
        }
    }

    /** Ends all of them, the servers first, so that none starts an app again; returns whether there were any. */
    boolean end() {
        List<ProcessIdentity> all = new ArrayList<>(servers());
        end(all);
        List<ProcessIdentity> apps = apps();
        end(apps);
        all.addAll(apps);
        return !all.isEmpty();
    }

    private static void end(List<ProcessIdentity> processes) {
        processes.forEach(process -> handle(process).forEach(ProcessHandle::destroy));
        if (!AgentProbe.await(GRACE, () -> processes.stream().noneMatch(ProcessIdentity::isAlive))) {
            processes.forEach(process -> handle(process).forEach(ProcessHandle::destroyForcibly));
            AgentProbe.await(GRACE, () -> processes.stream().noneMatch(ProcessIdentity::isAlive));
        }
    }

    private static Stream<ProcessHandle> handle(ProcessIdentity process) {
        return process.isAlive() ? ProcessHandle.of(process.pid()).stream() : Stream.empty();
    }

    private static boolean isServer(long pid) {
        try {
            List<String> words = List.of(
                    Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                            .split("\0", -1));
            int main = words.indexOf(MAIN);
            boolean server = main >= 0
                    && main + 1 < words.size()
                    && List.of("agent", "router").contains(words.get(main + 1));
            return server || words.stream().anyMatch(word -> word.endsWith("/libexec/keep"));
        } catch (IOException e) {
            return false; // it has ended
        }
    }
}
